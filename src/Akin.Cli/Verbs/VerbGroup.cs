using System.CommandLine;

namespace Akin.Cli.Verbs;

/// <summary>A word with verbs below it, such as <c>akin index add</c>.</summary>
internal sealed class VerbGroup : Command
{
    public VerbGroup(string name, string description, params Verb[] verbs)
        : base(name, description)
    {
        foreach (Verb verb in verbs)
        {
            Add(verb);
        }
    }
}
