using System.CommandLine;

namespace Akin.Cli.Verbs;

/// <summary>
/// A flag as Python's scripts have it: <c>--flag</c>, <c>--flag=true</c>, <c>--flag true</c>, also True, t, 1, false, f, 0. A type of its own, because
/// System.CommandLine takes only .NET's words behind an option of <see cref="bool"/>.
/// </summary>
/// <param name="IsTrue">What it says.</param>
internal sealed record PythonBoolean(bool IsTrue)
{
    public static Option<PythonBoolean?> Option(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "true|false",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result =>
        {
            switch (result.Tokens.Count == 0 ? "true" : result.Tokens[^1].Value.ToLowerInvariant())
            {
                case "true" or "t" or "1":
                    return new PythonBoolean(true);
                case "false" or "f" or "0":
                    return new PythonBoolean(false);
                default:
                    result.AddError($"{name} is true or false, and '{result.Tokens[^1].Value}' is neither.");
                    return null;
            }
        },
    };
}
