"""The console command ``digiskills``: what needs no database.

Other packages add subcommands through the entry-point group ``digiskills.commands``; each entry point names a click command and is
imported only when it is asked for.

Exit codes: 0 all is well; 1 something was found or refused, or the run was interrupted; 2 the command was used wrongly.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

import click

from digiskills_framework import __version__
from digiskills_framework.framework_commands import framework
from digiskills_framework.registry_commands import registry

COMMAND_GROUP = "digiskills.commands"


class PluginGroup(click.Group):
    """A group that also offers the commands registered by other packages; one that cannot be loaded is shown as such."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_plugins()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        plugin = _plugins().get(cmd_name)
        return None if plugin is None else _load(plugin)


def _plugins() -> dict[str, EntryPoint]:
    return {plugin.name: plugin for plugin in entry_points(group=COMMAND_GROUP)}


def _load(plugin: EntryPoint) -> click.Command:
    try:
        command = plugin.load()
    except (ImportError, AttributeError, SyntaxError) as error:
        return _broken(plugin, f"{type(error).__name__}: {error}")
    if not isinstance(command, click.Command):
        return _broken(plugin, "it is not a click command")
    return command


def _broken(plugin: EntryPoint, reason: str) -> click.Command:
    """A command that stands in for one that cannot be loaded, so that help shows it and running it says why."""
    message = f"The command '{plugin.name}' ({plugin.value}) cannot be loaded: {reason}. Reinstall the package that offers it."

    def fail() -> None:
        raise click.ClickException(message)

    return click.Command(plugin.name, callback=fail, help=message, short_help="(cannot be loaded; run it to see why)")


@click.group(cls=PluginGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="digiskills")
def main() -> None:
    """Competency frameworks, regulations, practice tasks and registries as data.

    Exit codes: 0 all is well; 1 something was found or refused, or the run was interrupted; 2 wrong usage.
    """


main.add_command(framework)
main.add_command(registry)


if __name__ == "__main__":
    main()
