using System.CommandLine;

namespace Akin.Cli.Verbs;

/// <summary>One verb of <c>akin</c>: its options are fields added in the constructor, its work is <see cref="Execute"/>.</summary>
internal abstract class Verb : Command
{
    /// <param name="name">What the user types.</param>
    /// <param name="description">What it does, in one sentence.</param>
    /// <param name="examples">Whole command lines, shown below its help.</param>
    protected Verb(string name, string description, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
        SetAction(Invoke);
    }

    /// <summary>Whole command lines, shown below the verb's help.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Does the work. Errors are thrown; a return is success.</summary>
    protected abstract void Execute(ParseResult arguments, CommandContext context);

    private int Invoke(ParseResult arguments)
    {
        using CommandContext context = new(
            arguments.GetValue(SharedOptions.Json),
            arguments.GetValue(SharedOptions.Quiet),
            arguments.GetValue(SharedOptions.Threads));
        try
        {
            Execute(arguments, context);
            return ExitCode.Success;
        }
        catch (Exception exception)
        {
            return Failure.Report(exception, context);
        }
    }
}
