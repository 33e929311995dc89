using System.CommandLine;
using System.CommandLine.Parsing;
using Akin.Search.Ranking;

namespace Akin.Cli;

/// <summary>Says in one sentence what is wrong with a command line, and what was probably meant.</summary>
internal static class UsageError
{
    /// <summary>More changes than this make another word.</summary>
    private const int MostTypos = 2;

    /// <summary>Prints the message.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(ParseResult parsed)
    {
        string path = PathOf(parsed.CommandResult);
        Console.Error.WriteLine($"akin: {Message(parsed, path)}");
        Console.Error.WriteLine($"Run '{path} --help' for the options and examples.");
        return ExitCode.Failure;
    }

    private static string Message(ParseResult parsed, string path)
    {
        Command command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [{ } unknown, ..])
        {
            return Unknown(unknown, command, parsed.CommandResult, path);
        }

        if (command.Subcommands.Count > 0)
        {
            return $"say what to do: {Choices(command, path)}.";
        }

        string[] missing =
        [
            .. command.Arguments.Where(argument => (parsed.GetResult(argument)?.Tokens.Count ?? 0) < argument.Arity.MinimumNumberOfValues).Select(argument => $"<{argument.Name}>"),
            .. command.Options.Where(option => option.Required && parsed.GetResult(option) is null or { Implicit: true }).Select(option => option.Name),
        ];
        return missing.Length > 0
            ? $"{string.Join(" and ", missing)} {(missing.Length == 1 ? "is" : "are")} missing."
            : string.Join(' ', parsed.Errors.Select(error => error.Message).Distinct());
    }

    private static string Unknown(string word, Command command, CommandResult result, string path)
    {
        if (word.StartsWith('-'))
        {
            List<string> options = [];
            for (CommandResult? at = result; at is not null; at = at.Parent as CommandResult)
            {
                options.AddRange(at.Command.Options.Where(option => at == result || option.Recursive).SelectMany(option => option.Aliases.Append(option.Name)));
            }

            return Nearest(word, options) is { } option ? $"there is no option '{word}'; did you mean '{option}'?" : $"there is no option '{word}'.";
        }

        if (command.Subcommands.Count > 0)
        {
            string there = $"there is no '{path} {word}'";
            return Nearest(word, command.Subcommands.Select(verb => verb.Name)) is { } verb
                ? $"{there}; did you mean '{path} {verb}'?"
                : $"{there}, but {Choices(command, path)}.";
        }

        return $"'{word}' is one word too many{(command.Arguments.Count > 0 ? ": put a text of several words in quotes." : ".")}";
    }

    private static string Choices(Command command, string path) => string.Join(", ", command.Subcommands.Select(verb => $"'{path} {verb.Name}'"));

    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : "akin";

    private static string? Nearest(string word, IEnumerable<string> names) =>
        names.Select(name => (Name: name, Typos: EditDistance.Between(word, name)))
            .Where(candidate => candidate.Typos <= Math.Min(MostTypos, candidate.Name.Length / 2))
            .OrderBy(candidate => candidate.Typos)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
}
