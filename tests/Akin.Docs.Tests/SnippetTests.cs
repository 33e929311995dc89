using System.Text.RegularExpressions;

namespace Akin.Docs.Tests;

/// <summary>Every C# block that readers see is a region of a test in <c>Snippets/</c>, letter by letter: what is printed compiles, and was run.</summary>
public sealed partial class SnippetTests
{
    private static readonly Dictionary<string, string> Regions = Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "tests", "Akin.Docs.Tests", "Snippets"), "*.cs")
        .SelectMany(file => RegionPattern().Matches(File.ReadAllText(file).ReplaceLineEndings("\n")))
        .ToDictionary(match => match.Groups["name"].Value, match => Unindented(match.Groups["body"].Value));

    public static TheoryData<string> Guides() => [.. Guide.All().Select(guide => guide.Name)];

    [Theory]
    [MemberData(nameof(Guides))]
    public void CSharpBlocks_OfAGuide_AreRunByATest(string name) =>
        Assert.All(Guide.Named(name).Blocks.Where(block => block.Language == "csharp"), block => Assert.True(
            Regions.ContainsValue(Code(block.Body)), $"{name}: no test runs this block:\n{block.Body}"));

    [Fact]
    public void Regions_OfTheSnippets_AreAllPrintedSomewhere()
    {
        string[] blocks = [.. Guide.All().SelectMany(guide => guide.Blocks).Select(block => Code(block.Body))];
        Assert.All(Regions, region => Assert.True(blocks.Contains(region.Value), $"No guide prints the region '{region.Key}'."));
    }

    [Theory]
    [MemberData(nameof(Guides))]
    public void Links_OfAGuide_LeadSomewhere(string name)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, name))!;
        Assert.All(LinkPattern().Matches(Guide.Named(name).Text), link => Assert.True(
            Path.Exists(Path.Combine(folder, link.Groups["path"].Value)), $"{name}: there is no {link.Groups["path"].Value}"));
    }

    [Fact]
    public void ModelsGuide_ListsEveryArchitecture() =>
        Assert.All(
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "Akin.Models", "Architectures"), "*.cs"),
            file => Assert.Contains($"/Architectures/{Path.GetFileName(file)})", Guide.Named(Path.Combine("docs", "models.md")).Text, StringComparison.Ordinal));

    [Fact]
    public void Readme_IsShort() => Assert.InRange(Guide.Named("README.md").Text.Split('\n').Length, 1, 300);

    /// <summary>A block without its directives, which cannot stand inside a method; a snippet file has them at its top.</summary>
    private static string Code(string body) => UsingPattern().Replace(body, "").TrimStart('\n');

    private static string Unindented(string body)
    {
        string[] lines = body.Split('\n');
        int margin = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > 0 ? line[margin..] : line));
    }

    [GeneratedRegex(@"^ *#region (?<name>.+)\n(?<body>(?:.*\n)*?) *#endregion", RegexOptions.Multiline)]
    private static partial Regex RegionPattern();

    [GeneratedRegex(@"^using [\w.]+;\n", RegexOptions.Multiline)]
    private static partial Regex UsingPattern();

    [GeneratedRegex(@"\]\((?!https?:|#)(?<path>[^)#]+)")]
    private static partial Regex LinkPattern();
}
