namespace Akin.Training.Metrics.Answers;

/// <summary>The scores of extractive question answering: SQuAD 1.1 and 2.0, KorQuAD. Percentages, as the official scripts print them. Immutable.</summary>
public sealed class AnswerReport
{
    private AnswerReport(AnswerScores all, AnswerScores? answerable, AnswerScores? unanswerable, BestThreshold bestExactMatch, BestThreshold bestF1)
    {
        All = all;
        Answerable = answerable;
        Unanswerable = unanswerable;
        BestExactMatch = bestExactMatch;
        BestF1 = bestF1;
    }

    /// <summary>The scores of all questions.</summary>
    public AnswerScores All { get; }

    /// <summary>The scores of the questions that have an answer; null when there are none.</summary>
    public AnswerScores? Answerable { get; }

    /// <summary>The scores of the questions that have none; null when all have.</summary>
    public AnswerScores? Unanswerable { get; }

    /// <summary>The best exact match over all no-answer thresholds.</summary>
    public BestThreshold BestExactMatch { get; }

    /// <summary>The best F1 over all no-answer thresholds.</summary>
    public BestThreshold BestF1 { get; }

    /// <summary>Scores predictions; each question counts with the right answer that fits best.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="rules">How answers are compared; <see cref="AnswerRules.Squad"/> by default.</param>
    /// <param name="noAnswerThreshold">A question with a higher no-answer probability counts as unanswered, whatever text was predicted.</param>
    /// <exception cref="ArgumentException">There are no questions.</exception>
    public static AnswerReport Compute(IReadOnlyList<QuestionAnswer> questions, AnswerRules? rules = null, double noAnswerThreshold = 1)
    {
        Pairs.Check(questions.Count, questions.Count, "questions");
        rules ??= AnswerRules.Squad;
        Scored[] scored = [.. questions.Select(question => Score(question, rules))];
        Scored[] decided = [.. scored.Select(score => score.Question.NoAnswerProbability > noAnswerThreshold ? score.Unanswered() : score)];
        return new AnswerReport(
            Mean(decided),
            MeanOrNull(decided.Where(score => score.HasAnswer)),
            MeanOrNull(decided.Where(score => !score.HasAnswer)),
            FindBest(scored, score => score.Exact),
            FindBest(scored, score => score.F1));
    }

    /// <summary>The scores under the names of the official SQuAD 2.0 script: <c>exact, f1, total, HasAns_exact … NoAns_f1, best_exact, best_f1_thresh …</c></summary>
    public IReadOnlyDictionary<string, double> ToMetrics()
    {
        Dictionary<string, double> metrics = [];
        Add("", All);
        Add("HasAns_", Answerable);
        Add("NoAns_", Unanswerable);
        metrics["best_exact"] = BestExactMatch.Score;
        metrics["best_exact_thresh"] = BestExactMatch.Threshold;
        metrics["best_f1"] = BestF1.Score;
        metrics["best_f1_thresh"] = BestF1.Threshold;
        return metrics;

        void Add(string prefix, AnswerScores? scores)
        {
            if (scores is { } present)
            {
                metrics[prefix + "exact"] = present.ExactMatch;
                metrics[prefix + "f1"] = present.F1;
                metrics[prefix + "total"] = present.Count;
            }
        }
    }

    private static Scored Score(QuestionAnswer question, AnswerRules rules)
    {
        // Answers of which nothing remains ("the") count as no answer, but the question still has one.
        string[] answers = [.. question.Expected.Where(answer => rules.Normalize(answer).Length > 0)];
        double exact = 0;
        double f1 = 0;
        foreach (string answer in answers.Length == 0 ? [""] : answers)
        {
            exact = Math.Max(exact, rules.IsExact(question.Predicted, answer) ? 1 : 0);
            f1 = Math.Max(f1, rules.F1(question.Predicted, answer));
        }

        return new Scored(question, exact, f1);
    }

    private static AnswerScores? MeanOrNull(IEnumerable<Scored> scored) => scored.Any() ? Mean([.. scored]) : null;

    private static AnswerScores Mean(Scored[] scored) => new(100 * scored.Average(score => score.Exact), 100 * scored.Average(score => score.F1), scored.Length);

    // Begins with every question unanswered, then answers them one by one from the surest, and remembers where the sum was highest.
    private static BestThreshold FindBest(Scored[] scored, Func<Scored, double> of)
    {
        double sum = scored.Count(score => !score.HasAnswer);
        double best = sum;
        double threshold = 0;
        foreach (Scored score in scored.OrderBy(score => score.Question.NoAnswerProbability))
        {
            sum += score.HasAnswer ? of(score) : score.Question.Predicted.Length > 0 ? -1 : 0;
            if (sum > best)
            {
                best = sum;
                threshold = score.Question.NoAnswerProbability;
            }
        }

        return new BestThreshold(100 * best / scored.Length, threshold);
    }

    private sealed record Scored(QuestionAnswer Question, double Exact, double F1)
    {
        public bool HasAnswer => Question.Expected.Count > 0;

        public Scored Unanswered() => HasAnswer ? new Scored(Question, 0, 0) : new Scored(Question, 1, 1);
    }
}
