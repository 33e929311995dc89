namespace Akin.Models.Generation;

/// <summary>Everything that changes scores, in the order in which transformers' <c>generate</c> applies it.</summary>
internal sealed class ProcessorChain
{
    private readonly List<LogitsProcessor> _processors = [];

    /// <param name="config">The options.</param>
    /// <param name="promptLength">Tokens that were given.</param>
    /// <param name="longest">The most tokens, those included.</param>
    public ProcessorChain(GenerationConfig config, int promptLength, int longest)
    {
        AddRules(config, promptLength, longest);
        if (config.DoSample)
        {
            AddWarpers(config);
        }
    }

    public void Process(in GenerationStep step, Span<float> scores)
    {
        foreach (LogitsProcessor processor in _processors)
        {
            processor.Process(step, scores);
        }
    }

    private void AddRules(GenerationConfig config, int promptLength, int longest)
    {
        IReadOnlyList<int> ends = config.EosTokenId;
        Add(config.SequenceBias.Count > 0, () => new SequenceBiasLogitsProcessor(config.SequenceBias));
        Add(config.EncoderRepetitionPenalty != 1, () => new EncoderRepetitionPenaltyLogitsProcessor((float)config.EncoderRepetitionPenalty));
        Add(config.RepetitionPenalty != 1, () => new RepetitionPenaltyLogitsProcessor((float)config.RepetitionPenalty));
        Add(config.NoRepeatNGramSize > 0, () => new NoRepeatNGramLogitsProcessor(config.NoRepeatNGramSize));
        Add(config.EncoderNoRepeatNGramSize > 0, () => new EncoderNoRepeatNGramLogitsProcessor(config.EncoderNoRepeatNGramSize));
        Add(config.BadWordsIds.Count > 0, () => new NoBadWordsLogitsProcessor(config.BadWordsIds, ends));
        Add(config.MinLength > 0 && ends.Count > 0, () => new MinLengthLogitsProcessor(config.MinLength, ends));
        Add(config.MinNewTokens > 0 && ends.Count > 0, () => new MinNewTokensLengthLogitsProcessor(config.MinNewTokens, ends));
        Add(config.PrefixAllowedTokens is not null, () => new PrefixConstrainedLogitsProcessor(config.PrefixAllowedTokens!));
        Add(config.ForcedBosTokenId is not null, () => new ForcedBOSTokenLogitsProcessor(config.ForcedBosTokenId!.Value));
        Add(config.ForcedEosTokenId.Count > 0, () => new ForcedEOSTokenLogitsProcessor(longest, config.ForcedEosTokenId));
        Add(config.RemoveInvalidValues, () => new InfNanRemoveLogitsProcessor());
        Add(config.SuppressTokens.Count > 0, () => new SuppressTokensLogitsProcessor(config.SuppressTokens));

        // The first token that is free: after a forced one, the second.
        int begin = promptLength > 1 || config.ForcedBosTokenId is null ? promptLength : promptLength + 1;
        Add(config.BeginSuppressTokens.Count > 0, () => new SuppressTokensAtBeginLogitsProcessor(config.BeginSuppressTokens, begin));
    }

    private void AddWarpers(GenerationConfig config)
    {
        Add(config.Temperature != 1, () => new TemperatureLogitsWarper((float)config.Temperature));
        Add(config.TopK > 0, () => new TopKLogitsWarper(config.TopK));
        Add(config.TopP < 1, () => new TopPLogitsWarper(config.TopP));
        Add(config.MinP is not null, () => new MinPLogitsWarper((float)config.MinP!));
        Add(config.TypicalP < 1, () => new TypicalLogitsWarper((float)config.TypicalP));
        Add(config.EpsilonCutoff > 0, () => new EpsilonLogitsWarper((float)config.EpsilonCutoff));
        Add(config.EtaCutoff > 0, () => new EtaLogitsWarper((float)config.EtaCutoff));
    }

    private void Add(bool isWanted, Func<LogitsProcessor> make)
    {
        if (isWanted)
        {
            _processors.Add(make());
        }
    }
}
