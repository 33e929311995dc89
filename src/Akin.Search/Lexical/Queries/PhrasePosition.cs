using Akin.Search.Lexical.Analysis;

namespace Akin.Search.Lexical.Queries;

/// <summary>A position of a phrase: how far behind the first it is, and the forms of which any may stand there.</summary>
internal readonly record struct PhrasePosition(int Distance, List<string> Forms)
{
    /// <summary>The positions of a text.</summary>
    public static List<PhrasePosition> Of(ITextAnalyzer analyzer, string text)
    {
        List<PhrasePosition> positions = [];
        int distance = 0;
        foreach (TextToken token in analyzer.Analyze(text))
        {
            distance += positions.Count == 0 ? 0 : token.PositionIncrement;
            if (positions.Count == 0 || positions[^1].Distance != distance)
            {
                positions.Add(new PhrasePosition(distance, []));
            }

            string form = DocumentFields.WellFormed(token.Term);
            if (!positions[^1].Forms.Contains(form))
            {
                positions[^1].Forms.Add(form);
            }
        }

        return positions;
    }
}
