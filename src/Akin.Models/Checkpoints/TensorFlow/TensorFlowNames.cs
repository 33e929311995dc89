namespace Akin.Models.Checkpoints.TensorFlow;

/// <summary>
/// The names of BERT's variables in google-research/bert and in Hugging Face's state dicts (transformers,
/// <c>convert_bert_original_tf_checkpoint_to_pytorch.py</c>): <c>bert/encoder/layer_0/attention/self/query/kernel</c> is
/// <c>bert.encoder.layer.0.attention.self.query.weight</c>, transposed.
/// </summary>
internal static class TensorFlowNames
{
    // Heads are named by the scripts that train them: run_classifier.py, run_squad.py, run_pretraining.py.
    private static readonly Dictionary<string, string> Heads = new(StringComparer.Ordinal)
    {
        ["output_weights"] = "classifier.weight",
        ["output_bias"] = "classifier.bias",
        ["cls/squad/output_weights"] = "qa_outputs.weight",
        ["cls/squad/output_bias"] = "qa_outputs.bias",
        ["cls/predictions/output_bias"] = "cls.predictions.bias",
        ["cls/seq_relationship/output_weights"] = "cls.seq_relationship.weight",
        ["cls/seq_relationship/output_bias"] = "cls.seq_relationship.bias",
    };

    // The words by which transformers recognises what an optimizer keeps.
    private static readonly string[] Optimizer = ["adam_v", "adam_m", "AdamWeightDecayOptimizer", "AdamWeightDecayOptimizer_1", "global_step"];

    /// <summary>Whether a variable belongs to training and not to the model.</summary>
    public static bool IsOptimizerState(string variable) => variable.Split('/').Any(Optimizer.Contains);

    /// <summary>Translates a name. What is not BERT's keeps its name, so that it is reported as unexpected under it.</summary>
    /// <param name="variable">The TensorFlow name.</param>
    /// <returns>The Hugging Face name, and whether the matrix must be transposed: TensorFlow keeps <c>[inputs, outputs]</c>.</returns>
    public static (string Name, bool Transposed) Translate(string variable)
    {
        if (Heads.TryGetValue(variable, out string? head))
        {
            return (head, false);
        }

        string[] parts = variable.Split('/');
        if (parts[0] is not ("bert" or "cls"))
        {
            return (variable, false);
        }

        const string Layer = "layer_";
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].StartsWith(Layer, StringComparison.Ordinal) && int.TryParse(parts[i].AsSpan(Layer.Length), out _))
            {
                parts[i] = "layer." + parts[i][Layer.Length..];
            }
        }

        bool transposed = parts[^1] == "kernel";
        parts[^1] = parts[^1] switch
        {
            "kernel" or "gamma" => "weight",
            "beta" => "bias",
            "word_embeddings" or "position_embeddings" or "token_type_embeddings" => parts[^1] + ".weight",
            string other => other,
        };
        return (string.Join('.', parts), transposed);
    }
}
