namespace Akin.Docs.Tests;

/// <summary>Runs the shell blocks of a guide, one after the other, as a reader would: in a folder of their own, through the launcher.</summary>
[Collection(ModelServerCollection.Name)]
public sealed class CommandTests(ModelServer server) : IDisposable
{
    /// <summary>The command that runs what this test is part of.</summary>
    private const string NotRun = "dotnet test -c Release\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("akin-commands-").FullName;

    public static TheoryData<string> Guides() =>
        [.. Guide.All().Where(guide => guide.Blocks.Any(block => block.Language == "bash")).Select(guide => guide.Name)];

    [SharedTheory(ModelServer.Model)]
    [MemberData(nameof(Guides))]
    public void Commands_OfAGuide_Succeed(string name)
    {
        foreach (string entry in new[] { "akin", "samples" })
        {
            File.CreateSymbolicLink(Path.Combine(_folder, entry), Path.Combine(Repository.Root, entry));
        }

        foreach ((_, string body) in Guide.Named(name).Blocks.Where(block => block.Language == "bash" && block.Body != NotRun))
        {
            Shell.Run(body, _folder, server.Variables);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
