using System.Text.Json;

namespace Akin.Cli.Tests;

public sealed class ModelWhitenVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Whiten_OfTexts_WritesAModelWhoseCosinesAreNotAlike()
    {
        string texts = _folder.Write("texts.txt", [.. Enumerable.Range(0, 120).Select(i => $"a cat sat {i * 7919} times on mat {i % 13} and {i * i}")]);
        JsonElement result = JsonElement.Parse(Whiten(texts, "--dimensions", "8", "--json").Succeeded().Output);
        Assert.Equal((120, 8), (result.GetProperty("texts").GetInt32(), result.GetProperty("dimension").GetInt32()));
        Assert.True(result.GetProperty("mean_cosine_before").GetDouble() > 0.3);
        Assert.InRange(result.GetProperty("mean_cosine_after").GetDouble(), -0.05, 0.05);

        AkinResult embedded = AkinProcess.Run("embed", "--model", _folder["whitened"], "--input", texts, "--output", "-").Succeeded();
        Assert.Equal(8, JsonElement.Parse(embedded.Output.Split('\n')[0]).GetProperty("embedding").GetArrayLength());
    }

    [Fact]
    public void Whiten_BadInput_IsRefused()
    {
        string few = _folder.Write("few.txt", "one", "two", "two", "");
        Whiten(few).Refused("at least 17 texts", "there are 2");
        Whiten(few, "--dimensions", "17").Refused("17 cannot be kept of 16");
        Whiten(few, "--dimensions", "4", "--center-only").Refused("leave --dimensions out");
        Assert.Contains("The mean cosine", Whiten(few, "--center-only").Succeeded().Error);
    }

    public void Dispose() => _folder.Dispose();

    private AkinResult Whiten(string input, params string[] arguments) =>
        AkinProcess.Run(["model", "whiten", "--model", TinyModels.Sentence("mean"), "--input", input, "--output", _folder["whitened"], .. arguments]);
}
