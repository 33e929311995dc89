namespace Akin.Hub.Tests;

public sealed class LocalFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("akin-hub-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task ResolveFolder_OfAnExistingFolder_ReturnsItsFullPath()
    {
        string model = Directory.CreateDirectory(Path.Combine(_folder, "model")).FullName;

        Assert.Equal(model, ModelHub.ResolveFolder(model));
        Assert.Equal(model, ModelHub.ResolveFolder(Path.Combine(_folder, "x", "..", "model")));
        Assert.Equal(model, await ModelHub.ResolveFolderAsync(model));
    }

    [Theory]
    [InlineData("./no-such-folder")]
    [InlineData("../no-such-folder")]
    [InlineData("/no/such/folder")]
    [InlineData("a/b/c")]
    [InlineData("org/name/")]
    [InlineData("~/models/x")]
    [InlineData(@"models\x")]
    [InlineData("C:/models")]
    public void ResolveFolder_OfAMissingPath_SaysThatThereIsNoSuchFolder(string path)
    {
        HubException error = Assert.Throws<HubException>(() => ModelHub.ResolveFolder(path));
        Assert.Contains($"no folder '{path}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ResolveFolder_OfAFile_SaysThatAModelIsAFolder()
    {
        string file = Path.Combine(_folder, "model.safetensors");
        File.WriteAllText(file, "");

        HubException error = Assert.Throws<HubException>(() => ModelHub.ResolveFolder(file));
        Assert.Contains("is a file", error.Message, StringComparison.Ordinal);
    }
}
