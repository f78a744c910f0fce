"""Groups of commands: listed in the order of the loop, whole sentences, and imported only when they are run."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import click


class NounGroup(click.Group):
    """The verbs of a noun in the order in which they are written; click's own list is sorted and cuts sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in their order."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands, each with its first sentence."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.sentences()))

    def sentences(self) -> Iterator[tuple[str, str]]:
        """Yield each name with what its command does."""
        for name, command in self.commands.items():
            yield name, _first_sentence(command)


class LazyGroup(NounGroup):
    """A group of commands given as ``name -> ("module:attribute", "sentence")``, so that ``o2o --help`` is quick.

    One without a sentence is imported for it.
    """

    def __init__(self, *args: Any, commands_by_name: dict[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._commands_by_name = commands_by_name

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of the loop."""
        return list(self._commands_by_name)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return a command, or None when there is none of that name."""
        return _load(self._commands_by_name[cmd_name][0]) if cmd_name in self._commands_by_name else None

    def sentences(self) -> Iterator[tuple[str, str]]:
        """Yield each name with what its command does."""
        for name, (place, sentence) in self._commands_by_name.items():
            yield name, sentence or _first_sentence(_load(place))


def _load(place: str) -> click.Command:
    module, _, attribute = place.partition(":")
    command: click.Command = getattr(import_module(module), attribute)
    return command


def _first_sentence(command: click.Command) -> str:
    return (command.help or "").partition("\n")[0]
