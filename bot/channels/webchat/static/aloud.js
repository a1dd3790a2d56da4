// "Đọc to": the phone's own Vietnamese voice reads an answer. The buttons stand in the page, hidden until there is a voice.

const words = document.querySelector('[data-aloud]').dataset;
const synth = window.speechSynthesis;
const voice = () => synth && synth.getVoices().find(({ lang }) => /^vi\b|^vi_/i.test(lang));
let speaking = null;

function offer() {
  document.documentElement.classList.toggle('can-speak', Boolean(voice()));
}

function show(button, on) {
  button.classList.toggle('on', on);
  button.querySelector('span').textContent = on ? words.aloudStop : words.aloud;
  speaking = on ? button : null;
}

function hush() {
  if (!speaking) return;
  show(speaking, false);
  synth.cancel();
}

function speak(button) {
  const text = button.closest('.answer').querySelector('.text').innerText;
  // Sentence by sentence: some phones break off a long utterance after 15 seconds.
  const sentences = text.replace(/([.!?…:;])\s+/g, '$1\n').split('\n').filter((part) => part.trim());
  const done = () => speaking === button && hush();
  show(button, true);
  for (const [place, sentence] of sentences.entries()) {
    const utterance = new SpeechSynthesisUtterance(sentence);
    Object.assign(utterance, { lang: 'vi-VN', voice: voice(), rate: 0.9, onerror: done });
    if (place === sentences.length - 1) utterance.onend = done;
    synth.speak(utterance);
  }
}

document.addEventListener('click', ({ target }) => {
  const button = target.closest('.aloud, #clear');
  if (!button) return;
  const again = button === speaking;
  hush();
  if (!again && button.id !== 'clear') speak(button);
});
addEventListener('pagehide', hush);  // the voice would outlive the page
if (synth) synth.onvoiceschanged = offer;
offer();
