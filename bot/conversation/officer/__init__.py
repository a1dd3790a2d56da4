"""What officers read in their chat: pure, like all talk."""
