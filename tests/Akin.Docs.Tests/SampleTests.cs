namespace Akin.Docs.Tests;

/// <summary>Runs every single-file program of <c>samples/</c>.</summary>
[Collection(ModelServerCollection.Name)]
public sealed class SampleTests(ModelServer server) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("akin-sample-").FullName;

    public static TheoryData<string> Samples() =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "samples"), "*.cs").Select(file => Path.GetFileName(file))];

    [SharedTheory(ModelServer.Model)]
    [MemberData(nameof(Samples))]
    public void Sample_AsWritten_Runs(string file)
    {
        string output = Shell.Run($"dotnet run -c Release '{Path.Combine(Repository.Root, "samples", file)}'", _folder, server.Variables);
        Assert.Contains("Access with a wheelchair or pram", output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
