using System.Text.RegularExpressions;

namespace Akin.Docs.Tests;

/// <summary>A page for readers, and the fenced blocks in it.</summary>
public sealed partial class Guide
{
    private Guide(string file)
    {
        Name = Path.GetRelativePath(Repository.Root, file);
        Text = File.ReadAllText(file).ReplaceLineEndings("\n");
        Blocks = [.. FencePattern().Matches(Text).Select(match => (match.Groups["language"].Value, match.Groups["body"].Value))];
    }

    public string Name { get; }

    public string Text { get; }

    public IReadOnlyList<(string Language, string Body)> Blocks { get; }

    /// <summary>The README and everything in <c>docs/</c> but the decisions, which are history.</summary>
    public static IEnumerable<Guide> All() =>
        new[] { Path.Combine(Repository.Root, "README.md") }.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md").Order(StringComparer.Ordinal))
            .Select(file => new Guide(file));

    public static Guide Named(string name) => All().Single(guide => guide.Name == name);

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<body>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FencePattern();
}
