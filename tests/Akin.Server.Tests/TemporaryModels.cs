namespace Akin.Server.Tests;

/// <summary>Folders of tiny models that a test may change.</summary>
internal sealed class TemporaryModels : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("akin-server-").FullName;

    public TemporaryModels()
    {
        Reranker = TinyModel.In(Path.Combine(_folder, "reranker"), "cross_encoder_bce");
        Classifier = TinyModel.In(Path.Combine(_folder, "classifier"));
    }

    public string Reranker { get; }

    public string Classifier { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
