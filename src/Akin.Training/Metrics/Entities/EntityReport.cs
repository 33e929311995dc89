namespace Akin.Training.Metrics.Entities;

/// <summary>
/// The scores of a tagger by whole entities, with the definitions of seqeval 1.2.2: an entity counts when its type, first and last token are right. Immutable.
/// </summary>
public sealed class EntityReport
{
    private EntityReport(ClassScores[] classes, PrecisionRecallF1 micro, double tokenAccuracy)
    {
        PrecisionRecallF1[] perClass = [.. classes.Select(c => c.Scores)];
        Classes = classes;
        Micro = micro;
        Macro = classes.Length == 0 ? new PrecisionRecallF1(double.NaN, double.NaN, double.NaN) : PrecisionRecallF1.Mean(perClass);
        Weighted = PrecisionRecallF1.Mean(perClass, [.. classes.Select(c => (double)c.Support)]);
        TokenAccuracy = tokenAccuracy;
    }

    /// <summary>The scores of each entity type, by name.</summary>
    public IReadOnlyList<ClassScores> Classes { get; }

    /// <summary>The scores of all entities together: what papers report. Zeros where there are no entities.</summary>
    public PrecisionRecallF1 Micro { get; }

    /// <summary>The mean over the types; NaN where there are no entities.</summary>
    public PrecisionRecallF1 Macro { get; }

    /// <summary>The mean over the types, each counting by its support.</summary>
    public PrecisionRecallF1 Weighted { get; }

    /// <summary>The share of tags that are right.</summary>
    public double TokenAccuracy { get; }

    /// <summary>Scores predicted tags.</summary>
    /// <param name="expected">The right tags of each sentence (<c>B-PER, I-PER, O …</c>).</param>
    /// <param name="predicted">As many predicted tags for each sentence.</param>
    /// <param name="strict">
    /// The scheme that both sides must follow to the letter; without one, tags are read leniently as conlleval reads them
    /// (an I after O begins an entity), which is what is usually reported.
    /// </param>
    /// <exception cref="ArgumentException">The numbers of sentences or tags differ, a tag is empty, or has a prefix foreign to the strict scheme.</exception>
    public static EntityReport Compute(IReadOnlyList<IReadOnlyList<string>> expected, IReadOnlyList<IReadOnlyList<string>> predicted, TaggingScheme? strict = null)
    {
        Pairs.Check(expected.Count, predicted.Count, "sentences");
        SortedDictionary<string, Counts> types = new(StringComparer.Ordinal);
        Counts all = new();
        int right = 0;
        int tagCount = 0;
        for (int sentence = 0; sentence < expected.Count; sentence++)
        {
            if (expected[sentence].Count != predicted[sentence].Count)
            {
                throw new ArgumentException($"Sentence {sentence} has {expected[sentence].Count} expected and {predicted[sentence].Count} predicted tags; they must be equally many.");
            }

            right += expected[sentence].Zip(predicted[sentence]).Count(pair => pair.First == pair.Second);
            tagCount += expected[sentence].Count;
            HashSet<LabelledSpan> wanted = [.. ReadSentence(expected, sentence, strict, "expected")];
            HashSet<LabelledSpan> found = [.. ReadSentence(predicted, sentence, strict, "predicted")];
            foreach (LabelledSpan span in wanted)
            {
                Of(span.Type).Expected++;
                all.Expected++;
            }

            foreach (LabelledSpan span in found)
            {
                bool hit = wanted.Contains(span);
                Of(span.Type).Count(hit);
                all.Count(hit);
            }
        }

        ClassScores[] classes = [.. types.Select(type => new ClassScores(type.Key, type.Value.Scores, type.Value.Expected))];
        return new EntityReport(classes, all.Scores, tagCount == 0 ? 0 : (double)right / tagCount);

        Counts Of(string type)
        {
            if (!types.TryGetValue(type, out Counts? counts))
            {
                types.Add(type, counts = new Counts());
            }

            return counts;
        }
    }

    /// <summary>Reads the entities of one sentence.</summary>
    /// <param name="tags">The tags of the sentence.</param>
    /// <param name="strict">The scheme the tags must follow, or null to read them leniently.</param>
    /// <exception cref="ArgumentException">A tag is empty, or has a prefix foreign to the strict scheme.</exception>
    public static IReadOnlyList<LabelledSpan> ReadEntities(IReadOnlyList<string> tags, TaggingScheme? strict = null) =>
        strict is null ? LenientReader.Read(tags) : new StrictReader(strict.Value).Read(tags);

    /// <summary>The scores under the names a training log uses: <c>precision, recall, f1</c> (micro), <c>f1_macro</c> and <c>accuracy</c> of tags.</summary>
    public IReadOnlyDictionary<string, double> ToMetrics() => new Dictionary<string, double>
    {
        ["precision"] = Micro.Precision,
        ["recall"] = Micro.Recall,
        ["f1"] = Micro.F1,
        ["f1_macro"] = Macro.F1,
        ["accuracy"] = TokenAccuracy,
    };

    /// <summary>The table that seqeval's <c>classification_report</c> prints, byte for byte.</summary>
    /// <param name="digits">Digits behind the point.</param>
    public string ToText(int digits = 4)
    {
        ReportTable table = new(Classes, digits);
        table.AddClasses();
        table.AddAverage("micro avg", Micro);
        table.AddAverage("macro avg", Macro);
        table.AddAverage("weighted avg", Weighted);
        return table.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => ToText();

    private static IReadOnlyList<LabelledSpan> ReadSentence(IReadOnlyList<IReadOnlyList<string>> tags, int sentence, TaggingScheme? strict, string side)
    {
        try
        {
            return ReadEntities(tags[sentence], strict);
        }
        catch (ArgumentException error)
        {
            throw new ArgumentException($"Sentence {sentence} ({side}): {error.Message}", error);
        }
    }

    private sealed class Counts
    {
        private long _hits;
        private long _found;

        public long Expected { get; set; }

        public PrecisionRecallF1 Scores => PrecisionRecallF1.FromCounts(_hits, _found, Expected);

        public void Count(bool hit)
        {
            _found++;
            _hits += hit ? 1 : 0;
        }
    }
}
