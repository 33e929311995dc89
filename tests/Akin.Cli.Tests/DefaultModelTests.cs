using System.Text.Json;

namespace Akin.Cli.Tests;

/// <summary>The model that comes with Akin: where no model is named, it is used.</summary>
public sealed class DefaultModelTests : IDisposable
{
    private const int LargestBytes = 20_000_000;

    private static readonly string Model = Path.Combine(Repository.Root, "models", "akin-mini-ko-zh-en");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Model_IsSmallAndSaysWhereItComesFrom()
    {
        Assert.InRange(Directory.EnumerateFiles(Model, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), 1, LargestBytes);
        string card = File.ReadAllText(Path.Combine(Model, "README.md"));
        string notices = File.ReadAllText(Path.Combine(Repository.Root, "THIRD-PARTY-NOTICES.md"));
        foreach (string source in CollectedSources())
        {
            Assert.Contains(source, card);
            Assert.Contains(source, notices);
        }
    }

    [Fact]
    public void Verbs_WithoutAModel_UseIt()
    {
        string texts = _folder.Write("texts.txt", "도서관은 몇 시에 여나요?", "图书馆几点开门？", "When does the library open?");
        AkinProcess.Run("embed", "--input", texts, "--output", _folder["implied.npy"]).Succeeded();
        AkinProcess.Run("embed", "--input", texts, "--output", _folder["named.npy"], "--model", Model).Succeeded();
        Assert.Equal(File.ReadAllBytes(_folder["named.npy"]), File.ReadAllBytes(_folder["implied.npy"]));

        AkinProcess.Run("index", "add", "--input", texts, "--index", _folder["texts.akin"]).Succeeded();
        using JsonDocument hits = JsonDocument.Parse(AkinProcess.Run("search", "--index", _folder["texts.akin"], "Is the library open at nine?", "--json").Succeeded().Output);
        Assert.Equal(3, hits.RootElement.GetArrayLength());

        string scores = _folder.Write("scores.tsv", "sentence1\tsentence2\tscore", "a dog runs\ta hound is running\t5", "a dog runs\tthe bank is closed\t0", "two men cook\ttwo people prepare food\t4");
        using JsonDocument sts = JsonDocument.Parse(AkinProcess.Run("eval", "sts", "--data", scores, "--json").Succeeded().Output);
        Assert.InRange(sts.RootElement.GetProperty("spearman_cosine").GetDouble(), 0.4, 1);
        Assert.Contains("\"ids\"", AkinProcess.Run("tokenize", "--input", texts, "--json").Succeeded().Output);
    }

    [Fact]
    public void Training_WithoutAModel_StartsFromIt()
    {
        string pairs = _folder.Write("pairs.csv", "anchor,positive", "Where is my parcel?,Deliveries take two days.", "How do I pay?,We take cards and cash.");
        AkinProcess.Run("train", "sentence", "--train", pairs, "--output", _folder["mine"], "--max-steps", "1", "--batch-size", "2").Succeeded();
        string texts = _folder.Write("texts.txt", "How do I pay?");
        AkinProcess.Run("embed", "--input", texts, "--output", _folder["mine.npy"], "--model", _folder["mine"]).Succeeded();
        Assert.True(new FileInfo(_folder["mine.npy"]).Length > 384 * sizeof(float));
    }

    /// <summary>The data sets that the script of the recipe reads, as their folders are called.</summary>
    private static IEnumerable<string> CollectedSources() =>
        File.ReadLines(Path.Combine(Repository.Root, "eng", "default-model", "collect-texts.cs"))
            .Select(line => line.Trim().Split('"'))
            .Where(cells => cells[0] == "new(" && cells.Length > 3)
            .Select(cells => cells[3].Split(' ')[0])
            .Distinct();
}
