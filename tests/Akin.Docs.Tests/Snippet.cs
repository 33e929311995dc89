namespace Akin.Docs.Tests;

/// <summary>Runs in a folder of its own, with what is written to the console at hand.</summary>
public abstract class Snippet : IDisposable
{
    private readonly string _home = Environment.CurrentDirectory;
    private readonly string _folder = Directory.CreateTempSubdirectory("akin-docs-").FullName;
    private readonly TextWriter _console = Console.Out;
    private readonly StringWriter _printed = new();

    protected Snippet()
    {
        Environment.CurrentDirectory = _folder;
        Console.SetOut(_printed);
    }

    /// <summary>What the snippet wrote.</summary>
    protected string Printed => _printed.ToString().ReplaceLineEndings("\n");

    public void Dispose()
    {
        Console.SetOut(_console);
        Environment.CurrentDirectory = _home;
        Directory.Delete(_folder, recursive: true);
        _printed.Dispose();
        GC.SuppressFinalize(this);
    }
}
