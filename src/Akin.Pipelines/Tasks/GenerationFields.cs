namespace Akin.Pipelines.Tasks;

/// <summary>The options of generation that tasks which write take, by the names of Python.</summary>
internal static class GenerationFields
{
    public static readonly string[] Names =
    [
        "max_new_tokens", "max_length", "min_new_tokens", "min_length", "num_beams", "num_return_sequences", "length_penalty", "early_stopping", "do_sample", "temperature",
        "top_k", "top_p", "min_p", "typical_p", "repetition_penalty", "no_repeat_ngram_size", "seed", "stop_strings",
    ];
}
