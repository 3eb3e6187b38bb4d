"""`python -m bot` is `xongviec`."""

from bot.cli import main

main(prog_name="xongviec")
