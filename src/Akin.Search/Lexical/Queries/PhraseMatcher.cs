using Akin.Search.Lexical.Postings;

namespace Akin.Search.Lexical.Queries;

/// <summary>Documents in which some terms stand at given distances. It scores as one term that is as rare as all of them together (as Lucene's PhraseQuery).</summary>
/// <param name="snapshot">The documents.</param>
/// <param name="words">For each position of the phrase: how far behind the first, and the forms that may stand there.</param>
/// <param name="unit">What one occurrence counts, in units of the index.</param>
/// <param name="weight">The sum of the weights of the terms.</param>
internal sealed class PhraseMatcher(LexicalSnapshot snapshot, IReadOnlyList<PhraseMatcher.Word> words, int unit, double weight) : Matcher
{
    private int _document = -1;
    private int _count;

    public override int Document => _document;

    public override int Advance(int target)
    {
        while (true)
        {
            target = Meeting(target);
            if (target == PostingsCursor.End)
            {
                return _document = target;
            }

            _count = Occurrences(target);
            if (_count > 0)
            {
                return _document = target;
            }

            target++;
        }
    }

    public override double Gain(int length) => snapshot.Gain(weight, _count * unit, length);

    /// <summary>The first document from one on that has every word.</summary>
    private int Meeting(int target)
    {
        for (int i = 0; i < words.Count;)
        {
            int document = words[i].Advance(target);
            if (document == PostingsCursor.End)
            {
                return document;
            }

            // Behind where the others stand: begin anew from there.
            i = document == target ? i + 1 : 0;
            target = document;
        }

        return target;
    }

    private int Occurrences(int document)
    {
        HashSet<int> starts = [.. words[0].Starts(document)];
        for (int i = 1; i < words.Count; i++)
        {
            starts.IntersectWith(words[i].Starts(document));
        }

        return starts.Count;
    }

    /// <summary>A position of the phrase: any of some forms of a word.</summary>
    internal sealed class Word(int distance, IReadOnlyList<PostingsCursor> forms)
    {
        public int Advance(int target)
        {
            int first = PostingsCursor.End;
            foreach (PostingsCursor form in forms)
            {
                first = Math.Min(first, form.Advance(target));
            }

            return first;
        }

        /// <summary>Where the phrase would begin for each place of the word in a document.</summary>
        public IEnumerable<int> Starts(int document)
        {
            List<int> starts = [];
            foreach (PostingsCursor form in forms)
            {
                if (form.Document != document)
                {
                    continue;
                }

                ReadOnlySpan<byte> bytes = form.PositionBytes;
                int at = 0, position = -distance;
                for (uint left = VariableLength.Read(bytes, ref at); left > 0; left--)
                {
                    position += (int)VariableLength.Read(bytes, ref at);
                    starts.Add(position);
                }
            }

            return starts;
        }
    }
}
