"""Leading somebody through a matter one step at a time: "Bước 2/6", one thing to do, one button."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.handover import GUIDED
from bot.conversation.screens import Screen, Screens
from bot.domain.command import Command
from bot.domain.guide import Guide
from bot.domain.heard import Meant
from bot.domain.knowledge import Knowledge
from bot.domain.message import Button, Reply
from bot.domain.session import Session

# `g:<guide>:<step>`, from 1; one past the last is the end. `g:<guide>:<step>:s`: it cannot be done.
STEP = "g"
_SKIPPED = "s"


class Guides:
    """Shows the steps of guides, and knows where a talk stands in one. Keeps nothing itself."""

    def __init__(self, known: Knowledge, screens: Screens) -> None:
        self._known = known
        self._screens = screens

    # -- screens

    def screen(self, choice: str) -> Screen | None:
        """The screen of a step's choice, or None when the content no longer has it."""
        kind, _, rest = choice.partition(":")
        name, _, place = rest.partition(":")
        number, _, how = place.partition(":")
        guide = self._known.guides.get(name)
        if kind != STEP or guide is None or not number.isdecimal():
            return None
        step = int(number)
        if step == len(guide.steps) + 1:
            return self._end(guide)
        if not 1 <= step <= len(guide.steps):
            return None
        return self._skipped(guide, step) if how == _SKIPPED else self._step(guide, step)

    def _step(self, guide: Guide, number: int) -> Screen:
        says, step = self._known.says, guide.steps[number - 1]
        buttons = [Button(step.done, step_choice(guide, number + 1))]
        if step.skip:
            buttons.append(Button(step.skip.label, f"{step_choice(guide, number)}:{_SKIPPED}"))
        if number > 1:
            buttons.append(Button(says("button_step_before"), step_choice(guide, number - 1)))
        text = "\n\n".join([step.text, "\n".join(f"- {point}" for point in step.points)]).strip()
        text = says("guide_step", text=text, title=guide.title, **_place(guide, number))
        return Screen(step_choice(guide, number), Reply(text, tuple(buttons)), guide.intent)

    def _skipped(self, guide: Guide, number: int) -> Screen:
        says, step = self._known.says, guide.steps[number - 1]
        text = step.skip.text if step.skip else says("guide_undone")
        buttons = (
            Button(step.done, step_choice(guide, number + 1)),
            Button(says("button_step_after"), step_choice(guide, number + 1)),
        )
        text = says("guide_step", text=text, title=guide.title, **_place(guide, number))
        choice = f"{step_choice(guide, number)}:{_SKIPPED}"
        return Screen(choice, Reply(text, buttons if step.skip else buttons[1:]), guide.intent)

    def _end(self, guide: Guide) -> Screen:
        """The last words; here an officer is one press away."""
        says = self._known.says
        buttons = (
            Button(says("button_call_officer"), GUIDED),
            *self._screens.next(guide.next),
            Button(says("button_step_again"), step_choice(guide, 1)),
        )
        choice = step_choice(guide, len(guide.steps) + 1)
        return Screen(choice, Reply(guide.end, tuple(buttons)), guide.intent)

    # -- where a talk stands

    def under_way(self, session: Session) -> Guide | None:
        """The guide that was begun and is neither finished nor left."""
        return self._entered(session) if session.guide_step > 0 else None

    def _entered(self, session: Session) -> Guide | None:
        guide = self._known.guides.get(session.guide or "")
        return guide if guide and 1 <= abs(session.guide_step) <= len(guide.steps) else None

    def entered(self, session: Session, choice: str) -> Session:
        """The session after a step was shown: where it stands, and one screen of a guide on the trail."""
        _, name, number, *_ = (*choice.split(":"), "")
        trail = session.trail[:-1]
        while trail and trail[-1].startswith(f"{STEP}:{name}:"):
            trail = trail[:-1]
        return replace(session, guide=name, guide_step=int(number), trail=(*trail, choice))

    def wanted(self, session: Session, command: Command) -> str | None:
        """The choice a word about the guide leads to; None when it leaves the guide or there is none."""
        guide = self._entered(session)
        if guide is None:
            return None
        here = abs(session.guide_step)
        match command:
            case Command.DONE:
                return step_choice(guide, here + 1)
            case Command.UNDONE:
                return f"{step_choice(guide, here)}:{_SKIPPED}"
            case Command.PREVIOUS | Command.BACK:
                return step_choice(guide, max(1, here - 1))
            case Command.ONWARD:
                return step_choice(guide, here + 1 if session.guide_step > 0 and on_show(session) else here)
            case _:
                return None

    def resume(self, session: Session) -> Button | None:
        """The button back to the step to do next."""
        guide = self.under_way(session)
        if guide is None:
            return None
        label = self._known.says("button_resume", **_place(guide, session.guide_step))
        return Button(label, step_choice(guide, session.guide_step))

    def unclear(self, session: Session) -> Screen | None:
        """The step to do next once more, for somebody who wrote something unclear in the midst of a guide."""
        guide = self.under_way(session)
        if guide is None or not (on_show(session) or session.intent == guide.intent):
            return None
        step = self._step(guide, session.guide_step)
        text = self._known.says("guide_unclear", text=step.reply.text)
        return replace(step, reply=replace(step.reply, text=text))

    def left(self, session: Session) -> tuple[Session, Reply]:
        """Stop for now; the way back stays open."""
        guide, button = self.under_way(session), self.resume(session)
        if guide is None or button is None:
            return session, Reply(self._known.says("nothing_back"))
        text = self._known.says("guide_left", **_place(guide, session.guide_step))
        return replace(session, guide_step=-session.guide_step), Reply(text, (button,))

    def alarmed(self, session: Session, intent: str) -> tuple[Session, tuple[Button, ...]]:
        """The first buttons under an alarm: on with the guide where one stands, or begin it."""
        guide = self._known.guide_of(intent)
        if guide is None:
            return session, ()
        says = self._known.says
        if self._entered(session) is guide and abs(session.guide_step) > 1:
            session = replace(session, guide_step=abs(session.guide_step))
            resume = self.resume(session)
            again = Button(says("button_step_again"), step_choice(guide, 1))
            return session, (resume, again) if resume else (again,)
        begun = replace(session, guide=guide.id, guide_step=1)
        return begun, (Button(says("button_guide"), step_choice(guide, 1)),)

    def opening(self, session: Session, heard: Meant) -> str | None:
        """The choice that starts the guide of an intent, or goes on with it where it stopped.

        None for a case of its own, and for one of two questions.
        """
        guide = self._known.guide_of(heard.intent)
        if guide is None or heard.path or heard.others:
            return None
        return step_choice(guide, abs(session.guide_step) if self._entered(session) is guide else 1)


def step_choice(guide: Guide, number: int) -> str:
    """The choice that shows a step."""
    return f"{STEP}:{guide.id}:{number}"


def on_show(session: Session) -> bool:
    """Whether a step of the guide under way is the last thing that was shown."""
    return (
        session.guide is not None
        and session.trail[-1:] != ()
        and session.trail[-1].startswith(f"{STEP}:{session.guide}:")
    )


def _place(guide: Guide, number: int) -> dict[str, str]:
    return {"step": str(number), "steps": str(len(guide.steps))}
