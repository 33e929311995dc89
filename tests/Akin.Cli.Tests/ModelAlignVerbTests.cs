using System.Text.Json;

namespace Akin.Cli.Tests;

public sealed class ModelAlignVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Align_OfTranslations_WritesAModelThatFindsThemAndSaysHowWell()
    {
        string translations = _folder.Write("t.tsv", ["en\tother", .. Enumerable.Range(0, 120).Select(i => $"a cat sat {i * 7919} times\tmat {i * 7919} mat on the mat")]);
        JsonElement result = JsonElement.Parse(Align(translations, "en,other", "--json").Succeeded().Output);
        Assert.Equal((108, 12), (result.GetProperty("learnt").GetInt32(), result.GetProperty("held_out").GetInt32()));
        Assert.True(result.GetProperty("accuracy_after").GetDouble() >= result.GetProperty("accuracy_before").GetDouble());
        AkinResult embedded = AkinProcess.Run("embed", "--model", _folder["aligned"], "--input", _folder.Write("texts.txt", "a cat"), "--output", "-").Succeeded();
        Assert.Equal(16, JsonElement.Parse(embedded.Output.Split('\n')[0]).GetProperty("embedding").GetArrayLength());
    }

    [Fact]
    public void Align_BadInput_IsRefused()
    {
        string translations = _folder.Write("t.tsv", "en\tko", "one\t하나", "two\t");
        Align(translations, "en,ko").Refused("t.tsv", "line 3", "column 'ko' is blank");
        Align(translations, "en,zh").Refused("zh");
        Align(translations, "en").Refused("names 1 column");
        Align(translations, "en,ko", "--shrinkage", "0").Refused("not above 0");
    }

    public void Dispose() => _folder.Dispose();

    private AkinResult Align(string input, string columns, params string[] arguments) =>
        AkinProcess.Run(["model", "align", "--model", TinyModels.Sentence("mean"), "--input", input, "--columns", columns, "--output", _folder["aligned"], .. arguments]);
}
