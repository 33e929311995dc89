using System.Xml.Linq;

namespace Akin.House.Tests;

/// <summary>The house of ARCHITECTURE.md: a project may use only projects of lower tiers.</summary>
public class LayerTests
{
    private static readonly Dictionary<string, int> Tiers = new()
    {
        ["Akin.Kernels"] = 0,
        ["Akin.Hub"] = 0,
        ["Akin.Tensors"] = 1,
        ["Akin.Tokenizers"] = 1,
        ["Akin.Models"] = 2,
        ["Akin.Datasets"] = 2,
        ["Akin.Search"] = 3,
        ["Akin.Search.Postgres"] = 4,
        ["Akin.Pipelines"] = 4,
        ["Akin.Training"] = 5,
        ["Akin.Client"] = 5,
        ["Akin.Server"] = 6,
        ["Akin.Cli"] = 7,
    };

    public static TheoryData<string> Projects() => new(SourceProjects().Select(path => Path.GetFileNameWithoutExtension(path)));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_OfTheHouse_UsesOnlyLowerTiers(string project)
    {
        Assert.True(Tiers.TryGetValue(project, out int tier), $"{project} has no tier: add it here and to ARCHITECTURE.md.");
        foreach (string used in References(project))
        {
            Assert.True(Tiers[used] < tier, $"{project} (tier {tier}) must not use {used} (tier {Tiers[used]}).");
        }
    }

    [Fact]
    public void Search_KnowsNoModelCode()
    {
        HashSet<string> seen = [];
        void Visit(string project)
        {
            foreach (string used in References(project).Where(seen.Add))
            {
                Visit(used);
            }
        }

        Visit("Akin.Search");
        Assert.DoesNotContain("Akin.Models", seen);
    }

    [Fact]
    public void EveryProject_IsInTheArchitectureWithFilesThatExist()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "ARCHITECTURE.md"));
        foreach ((string project, int tier) in Tiers)
        {
            string row = page.Split('\n').Single(line => line.StartsWith($"| {tier} | `{project}` |", StringComparison.Ordinal));
            string[] files = [.. row.Split('|')[4].Split(',').Select(file => file.Trim(' ', '`', '/'))];
            Assert.All(files, file => Assert.True(Path.Exists(Path.Combine(Repository.Root, "src", project, file)), $"{project} has no {file}."));
        }
    }

    [Fact]
    public void EveryProject_HasATestProjectAndIsInTheSolution()
    {
        string solution = File.ReadAllText(Path.Combine(Repository.Root, "Akin.slnx"));
        foreach (string project in SourceProjects().Select(path => Path.GetFileNameWithoutExtension(path)))
        {
            Assert.Contains($"src/{project}/{project}.csproj", solution);
            Assert.Contains($"tests/{project}.Tests/{project}.Tests.csproj", solution);
        }
    }

    private static IEnumerable<string> SourceProjects() =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories);

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"))
            .Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
}
