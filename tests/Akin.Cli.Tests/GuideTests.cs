using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Akin.Cli.Verbs;

namespace Akin.Cli.Tests;

/// <summary><c>docs/cli.md</c> and the examples in the help say what the command can do.</summary>
public partial class GuideTests
{
    private static readonly string[] Guide = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "cli.md"));

    [Fact]
    public void Guide_HasAnExampleOfEveryVerb()
    {
        string[] paths = [.. Leaves(AkinCommand.Create(), "akin").Select(leaf => leaf.Path)];
        Assert.True(paths.Length >= 15);
        string[] lines = [.. CommandLines(Guide)];
        Assert.All(paths, path => Assert.True(lines.Any(line => (line + " ").StartsWith(path + " ", StringComparison.Ordinal)), $"docs/cli.md has no example of '{path}'."));
    }

    [Fact]
    public void Guide_EveryCommandLineIsUnderstood()
    {
        string[] lines = [.. CommandLines(Guide)];
        Assert.True(lines.Length >= 15);
        Assert.All(lines, AssertUnderstood);
    }

    [Fact]
    public void Help_EveryVerbHasExamplesThatAreUnderstood() => Assert.All(Leaves(AkinCommand.Create(), "akin"), leaf =>
    {
        Assert.NotEmpty(leaf.Verb.Examples);
        string[] lines = [.. CommandLines(leaf.Verb.Examples)];
        Assert.Equal(leaf.Verb.Examples.Count, lines.Length);
        Assert.All(lines, line =>
        {
            Assert.StartsWith(leaf.Path, line);
            AssertUnderstood(line);
        });
    });

    [Fact]
    public void Create_OfAWord_HasThatVerbAlone() => Assert.All(AkinCommand.Create().Subcommands, verb =>
    {
        Command only = Assert.Single(AkinCommand.Create(verb.Name).Subcommands);
        Assert.Equal(verb.Name, only.Name);
        Assert.Equal(Leaves(verb, verb.Name).Select(leaf => leaf.Path), Leaves(only, only.Name).Select(leaf => leaf.Path));
    });

    private static void AssertUnderstood(string line)
    {
        string[] arguments = [.. CommandLineParser.SplitCommandLine(line).Skip(1)];
        IEnumerable<string> errors = AkinCommand.Create(arguments[0]).Parse(arguments).Errors.Select(error => error.Message);
        Assert.True(!errors.Any(), $"{line}: {string.Join(' ', errors)}");
    }

    /// <summary>From <c>akin</c> on, up to the shell's next word.</summary>
    private static IEnumerable<string> CommandLines(IEnumerable<string> lines) =>
        lines.Select(line => CommandLine().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value.Trim());

    private static IEnumerable<(string Path, Verb Verb)> Leaves(Command command, string path) => command is Verb verb
        ? [(path, verb)]
        : command.Subcommands.SelectMany(child => Leaves(child, $"{path} {child.Name}"));

    [GeneratedRegex("""^(?:[^`#]*\| |[A-Z_]+=\S+ )?(akin (?:"[^"]*"|[^|>"])*)""")]
    private static partial Regex CommandLine();
}
