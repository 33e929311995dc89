using System.Text.Json;

namespace Akin.Cli.Tests;

/// <summary><c>akin train distill</c> and <c>akin model convert</c>, each call a process.</summary>
public sealed class DistillVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Distill_WritesAModelThatConvertMakesSmall()
    {
        File.WriteAllLines(_folder["texts.txt"], Enumerable.Range(0, 40).Select(i => $"a boat on river {i}"));
        JsonElement result = JsonDocument.Parse(AkinProcess.Run(
            "train", "distill", "--teacher", TinyModels.Sentence(), "--student-layers", "1", "--vocabulary", "250", "--texts", _folder["texts.txt"],
            "--max-steps", "3", "--batch-size", "8", "--output", _folder["student"], "--json").Succeeded().Output).RootElement;
        Assert.Equal(40, result.GetProperty("text_count").GetInt32());
        Assert.Equal(3, result.GetProperty("steps").GetInt32());
        Assert.Equal(_folder["student"], result.GetProperty("output").GetString());

        AkinProcess.Run("model", "convert", "--model", _folder["student"], "--weights", "int8", "--output", _folder["small"]).Succeeded();
        Assert.True(new FileInfo(Path.Combine(_folder["small"], "model.safetensors")).Length < new FileInfo(Path.Combine(_folder["student"], "model.safetensors")).Length / 2);
        AkinProcess.Run("embed", "--model", _folder["small"], "--input", _folder["texts.txt"], "--output", _folder["v.npy"]).Succeeded();
    }

    [Theory]
    [InlineData("0,x", "'x'")]
    [InlineData("7", "0 to 1")]
    public void Distill_LayersThatAreNot_AreNamed(string layers, string said)
    {
        File.WriteAllLines(_folder["texts.txt"], ["a boat"]);
        AkinProcess.Run("train", "distill", "--teacher", TinyModels.Sentence(), "--student-layers", layers, "--texts", _folder["texts.txt"], "--output", _folder["s"])
            .Refused(said);
    }
}
