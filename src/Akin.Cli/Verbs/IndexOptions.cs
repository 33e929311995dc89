using System.CommandLine;

namespace Akin.Cli.Verbs;

/// <summary>Options that several verbs with an index have; each verb needs instances of its own.</summary>
internal static class IndexOptions
{
    public static Option<string> Index() => new("--index") { Description = "Folder of the index; index add, index info and search also take postgresql://user@host/database?schema=name.", Required = true };

    public static Option<string?> Model(string description) => new("--model", "-m") { Description = description };
}
