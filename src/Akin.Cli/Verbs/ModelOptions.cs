using System.CommandLine;

namespace Akin.Cli.Verbs;

/// <summary>Arguments that several <c>akin model</c> verbs have; each verb needs instances of its own.</summary>
internal static class ModelOptions
{
    public static Argument<string> Id() => new("model") { Description = "Name of a model on the hub, as org/name." };

    public static Option<string> Revision() => new("--revision")
    {
        Description = "Branch, tag, refs/pr/N or full commit; main by default.",
        DefaultValueFactory = _ => "main",
    };
}
