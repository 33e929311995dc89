using Akin.Search;

namespace Akin.Training.Mining;

/// <summary>
/// Adds hard negatives to pairs of queries and answers: texts that look like answers and are none, as sentence-transformers' <c>mine_hard_negatives</c> (6.2) does.
/// </summary>
/// <remarks>
/// A query's positives never become its negatives, but its own text may where the corpus holds it. With several positives margins count from the one with the lowest
/// score. Candidates come from a model, from BM25 or at random.
/// </remarks>
public static class HardNegatives
{
    /// <summary>Mines.</summary>
    /// <param name="pairs">Queries and their answers; at least one. A query that occurs again has several answers.</param>
    /// <param name="source">Who proposes candidates.</param>
    /// <param name="options">How many negatives and which; null for the defaults.</param>
    /// <param name="corpus">Texts that may become negatives, besides all the answers; null for none besides.</param>
    /// <param name="crossEncoder">Scores candidates and answers again before a margin or <see cref="HardNegativeOptions.MaxScore"/> is applied; asked only where there is one of them.</param>
    /// <param name="progress">Told how many texts and queries were read.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="MiningOptionException">There are no pairs, or the options do not fit together or the source.</exception>
    public static MinedNegatives Mine(
        IReadOnlyList<(string Query, string Answer)> pairs,
        INegativeSource source,
        HardNegativeOptions? options = null,
        IReadOnlyList<string>? corpus = null,
        IPairScorer? crossEncoder = null,
        IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(source);
        options ??= new HardNegativeOptions();
        MiningTexts texts = new(pairs, corpus ?? []);
        int rangeMax = RangeMax(options, source, texts.MostPositives);
        IReadOnlyList<NegativeCandidates> candidates =
            source.Find(texts.Queries, texts.Corpus, texts.Positives, rangeMax + texts.MostPositives, progress, cancellationToken);
        CandidateFilter filter = new(options, rangeMax);
        Random random = new(options.Seed);
        List<MinedQuery> mined = [];
        for (int i = 0; i < texts.Queries.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            NegativeCandidates found = crossEncoder is not null && (options.LimitsByPositive || options.MaxScore is not null)
                ? Rescored(crossEncoder, texts, i, candidates[i], cancellationToken)
                : candidates[i];
            List<(int Row, float Score)> allowed = filter.Apply(found, texts.Positives[i]);
            if (options.Sampling == NegativeSampling.Random && allowed.Count > options.NegativeCount)
            {
                // The order of the candidates stays.
                HashSet<int> chosen = [.. random.GetItems(allowed.Count, options.NegativeCount)];
                allowed = [.. allowed.Where((_, place) => chosen.Contains(place))];
            }

            mined.Add(new MinedQuery(
                texts.Queries[i],
                [.. texts.Positives[i].Zip(found.PositiveScores, (row, score) => new ScoredText(texts.Corpus[row], score))],
                [.. allowed.Take(options.NegativeCount).Select(candidate => new ScoredText(texts.Corpus[candidate.Row], candidate.Score))]));
        }

        return new MinedNegatives(mined, options, filter.Skipped);
    }

    /// <summary>How many candidates are looked at, after the options are found to make sense.</summary>
    private static int RangeMax(HardNegativeOptions options, INegativeSource source, int mostPositives)
    {
        if (options.NegativeCount < 1 || options.RangeMin < 0)
        {
            throw new MiningOptionException($"{options.NegativeCount} negatives from rank {options.RangeMin} on: there must be at least 1, and the first rank is 0.");
        }

        bool hasLimits = options.LimitsByPositive || options.MaxScore is not null;
        if (!source.HasScores && (hasLimits || options.MinScore is not null))
        {
            throw new MiningOptionException("Random candidates have no scores, so margins and limits on scores do not apply to them; leave those out, or take candidates from a model or BM25.");
        }

        // Where limits rule candidates out, ten times as many are looked at.
        int rangeMax = options.RangeMax ?? options.RangeMin + (options.NegativeCount * (hasLimits ? 10 : 1)) + mostPositives;
        return rangeMax - options.RangeMin >= options.NegativeCount
            ? rangeMax
            : throw new MiningOptionException(
                $"{options.NegativeCount} negatives cannot come from ranks {options.RangeMin} to {rangeMax}: ask for fewer, or widen the range.");
    }

    private static NegativeCandidates Rescored(IPairScorer crossEncoder, MiningTexts texts, int query, NegativeCandidates candidates, CancellationToken cancellationToken)
    {
        string text = texts.Queries[query];
        int[] rows = [.. candidates.Rows, .. texts.Positives[query]];
        float[] scores = crossEncoder.Score([.. rows.Select(row => (text, texts.Corpus[row]))], cancellationToken);
        if (scores.Length != rows.Length)
        {
            throw new MiningOptionException($"The cross-encoder gives {crossEncoder.LabelCount} scores to a pair; candidates need one that gives a single score.");
        }

        return new NegativeCandidates(candidates.Rows, scores[..candidates.Rows.Length], scores[candidates.Rows.Length..]);
    }

    /// <summary>So many different whole numbers below a limit.</summary>
    private static IEnumerable<int> GetItems(this Random random, int limit, int count)
    {
        int[] numbers = [.. Enumerable.Range(0, limit)];
        random.Shuffle(numbers);
        return numbers.Take(count);
    }
}
