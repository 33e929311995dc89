using System.CommandLine;
using System.Globalization;

namespace Akin.Cli;

/// <summary>The options every verb has.</summary>
internal static class SharedOptions
{
    public static readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON.", Recursive = true };

    public static readonly Option<int?> Threads = Positive("--threads", "Worker threads; by default all cores (or AKIN_THREADS).", recursive: true);

    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Print no progress and no messages, only results and errors.", Recursive = true };

    /// <summary>An optional whole number above zero.</summary>
    public static Option<int?> Positive(string name, string description, bool recursive = false)
    {
        Option<int?> option = new(name) { Description = description, Recursive = recursive, HelpName = "N" };
        option.CustomParser = result =>
        {
            string word = result.Tokens[^1].Value;
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1)
            {
                return number;
            }

            result.AddError($"{name} must be 1 or more, and '{word}' is not.");
            return null;
        };
        return option;
    }

    /// <summary>Where a server listens.</summary>
    public static Option<string?> Urls() => new("--urls") { Description = "Where to listen, several addresses apart by ';'; http://127.0.0.1:8080 by default. Port 0 takes a free one." };

    /// <summary>An optional choice among words.</summary>
    public static Option<string?> OneOf(string name, string description, params string[] words)
    {
        Option<string?> option = new(name) { Description = description, HelpName = string.Join('|', words) };
        option.AcceptOnlyFromAmong(words);
        return option;
    }
}
