using System.CommandLine;
using System.Globalization;
using Akin.Search.Hybrid;

namespace Akin.Cli.Verbs;

/// <summary>The option of searches by words and meaning at once.</summary>
internal static class HybridFlags
{
    public static Option<double?> Meaning()
    {
        Option<double?> option = new("--meaning")
        {
            Description = "With hybrid: how much meaning counts, from 0 (only words) to 1; learnt from the documents by default.",
            HelpName = "SHARE",
        };
        option.CustomParser = result =>
        {
            string word = result.Tokens[^1].Value;
            if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is >= 0 and <= 1)
            {
                return share;
            }

            result.AddError($"--meaning must be 0 to 1, and '{word}' is not.");
            return null;
        };
        return option;
    }

    /// <summary>The weights asked for; null for those that are learnt.</summary>
    public static HybridWeights? Weights(ParseResult arguments, Option<double?> meaning) => arguments.GetValue(meaning) is { } share ? HybridWeights.OfMeaning(share) : null;
}
