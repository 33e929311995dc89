using Akin.Models.Configuration;
using Akin.Models.Heads;
using Akin.Tensors;

namespace Akin.Models.Tests.Architectures;

/// <summary>Runs any head of any architecture and names its results as the reference does.</summary>
/// <remarks>A new architecture needs nothing here; a new kind of head needs an entry.</remarks>
public static class GoldenHeads
{
    private static readonly Dictionary<string, Func<GoldenHead, bool, GoldenRun>> Runs = new()
    {
        ["base"] = (golden, isTrainable) =>
        {
            if (ArchitectureRegistry.Find(ConfigReader.Open(golden.Folder)).Heads.Contains(typeof(Seq2SeqModel)))
            {
                return Seq2Seq(golden, isTrainable);
            }

            EncoderModel model = golden.Load<EncoderModel>(isTrainable);
            return new GoldenRun(model, (context, batch, _) => (Encoder(model.Forward(context, batch), []), null));
        },
        ["encoder"] = (golden, isTrainable) =>
        {
            EncoderModel model = golden.Load<EncoderModel>(isTrainable);
            return new GoldenRun(model, (context, batch, _) => (Encoder(model.Forward(context, batch), []), null));
        },
        ["conditional_generation"] = (golden, isTrainable) =>
        {
            Seq2SeqLanguageModel model = golden.Load<Seq2SeqLanguageModel>(isTrainable);
            RaggedBatch Written(GoldenCase golden) => golden.Written(
                golden.Has("decoder_input_ids") ? golden.Integers("decoder_input_ids") : [.. golden.Integers("labels").Chunk(golden.WrittenLength).SelectMany(row => model.ShiftRight(row))],
                model.Numbering);
            return new GoldenRun(model, (context, batch, golden) =>
            {
                Seq2SeqOutput output = model.Forward(context, batch, Written(golden));
                Dictionary<string, Tensor> outputs = Decoder(output.Decoder, output.Encoder);
                outputs["logits"] = output.Logits;
                return (outputs, golden.Has("labels") ? model.Loss(context, output, golden.Integers("labels")) : null);
            })
            {
                Written = Written,
            };
        },
        ["masked_lm"] = (golden, isTrainable) =>
        {
            MaskedLanguageModel model = golden.Load<MaskedLanguageModel>(isTrainable);
            return new GoldenRun(model, (context, batch, golden) =>
            {
                LogitsOutput output = model.Forward(context, batch);
                return (Logits(output), golden.Has("labels") ? model.Loss(context, output, golden.TokenIntegers("labels")) : null);
            });
        },
        ["causal_lm"] = (golden, isTrainable) =>
        {
            CausalLanguageModel model = golden.Load<CausalLanguageModel>(isTrainable);
            return new GoldenRun(model, (context, batch, golden) =>
            {
                LogitsOutput output = model.Forward(context, batch);
                return (Logits(output), golden.Has("labels") ? model.Loss(context, output, batch, golden.TokenIntegers("labels")) : null);
            });
        },
        ["next_sentence"] = (golden, isTrainable) =>
        {
            NextSentenceModel model = golden.Load<NextSentenceModel>(isTrainable);
            return new GoldenRun(model, (context, batch, golden) =>
            {
                LogitsOutput output = model.Forward(context, batch);
                return (Logits(output), golden.Has("labels") ? model.Loss(context, output, golden.Integers("labels")) : null);
            });
        },
        ["pre_training"] = (golden, isTrainable) =>
        {
            PreTrainingModel model = golden.Load<PreTrainingModel>(isTrainable);
            return new GoldenRun(model, (context, batch, golden) =>
            {
                PreTrainingOutput output = model.Forward(context, batch);
                string? sequenceLabels = Array.Find(["next_sentence_label", "sentence_order_label"], golden.Has); // ELECTRA has neither
                Tensor? loss = !golden.Has("labels") ? null
                    : model.Loss(context, output, golden.TokenIntegers("labels"), sequenceLabels is null ? default : golden.Integers(sequenceLabels));
                Dictionary<string, Tensor> outputs = new()
                {
                    ["prediction_logits"] = output.PredictionLogits,
                    ["logits"] = output.PredictionLogits, // ELECTRA's name
                };
                if (output.SequenceLogits is not null)
                {
                    outputs["seq_relationship_logits"] = output.SequenceLogits; // BERT's name
                    outputs["sop_logits"] = output.SequenceLogits; // ALBERT's name
                }

                return (Encoder(output.Encoder, outputs), loss);
            });
        },
        ["token_classification"] = (golden, isTrainable) =>
        {
            TokenClassificationModel model = golden.Load<TokenClassificationModel>(isTrainable);
            return new GoldenRun(model, (context, batch, golden) =>
            {
                LogitsOutput output = model.Forward(context, batch);
                return (Logits(output), golden.Has("labels") ? model.Loss(context, output, golden.TokenIntegers("labels")) : null);
            });
        },
        ["sequence_classification"] = (golden, isTrainable) =>
        {
            SequenceClassificationModel model = golden.Load<SequenceClassificationModel>(isTrainable);
            return new GoldenRun(model, (context, batch, golden) =>
            {
                LogitsOutput output = model.Forward(context, batch);
                Tensor? loss = golden.Has("labels") ? model.Loss(context, output, golden.Integers("labels")) : null;
                return (WithEncoder(Logits(output), model, context, batch), loss);
            });
        },
        ["sequence_regression"] = FloatTargets,
        ["sequence_classification_multi_label"] = FloatTargets,
        ["question_answering"] = (golden, isTrainable) =>
        {
            QuestionAnsweringModel model = golden.Load<QuestionAnsweringModel>(isTrainable);
            return new GoldenRun(model, (context, batch, golden) =>
            {
                QuestionAnsweringOutput output = model.Forward(context, batch);
                Tensor? loss = !golden.Has("start_positions") ? null
                    : model.Loss(context, output, batch, golden.Integers("start_positions"), golden.Integers("end_positions"));
                Dictionary<string, Tensor> outputs = Encoder(output.Encoder, new() { ["start_logits"] = output.StartLogits, ["end_logits"] = output.EndLogits });
                return (WithEncoder(outputs, model, context, batch), loss);
            });
        },
        ["multiple_choice"] = (golden, isTrainable) =>
        {
            MultipleChoiceModel model = golden.Load<MultipleChoiceModel>(isTrainable);
            return new GoldenRun(model, (context, batch, golden) =>
            {
                LogitsOutput output = model.Forward(context, batch, golden.ChoiceCount);
                return (Logits(output), golden.Has("labels") ? model.Loss(context, output, golden.Integers("labels")) : null);
            });
        },
    };

    /// <summary>Every head this architecture has a golden for.</summary>
    public static IEnumerable<string> Of(string architecture) =>
        Directory.EnumerateFiles(Repository.Golden("models", "outputs", architecture), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order();

    public static GoldenRun Load(GoldenHead golden, bool isTrainable) => Runs[golden.Name.Split('/')[1]](golden, isTrainable);

    private static GoldenRun FloatTargets(GoldenHead golden, bool isTrainable)
    {
        SequenceClassificationModel model = golden.Load<SequenceClassificationModel>(isTrainable);
        return new GoldenRun(model, (context, batch, golden) =>
        {
            LogitsOutput output = model.Forward(context, batch);
            return (Logits(output), golden.Has("labels") ? model.Loss(context, output, golden.Floats("labels")) : null);
        });
    }

    private static GoldenRun Seq2Seq(GoldenHead golden, bool isTrainable)
    {
        Seq2SeqModel model = golden.Load<Seq2SeqModel>(isTrainable);
        RaggedBatch Written(GoldenCase golden) => golden.Written(golden.Integers("decoder_input_ids"), model.Numbering);
        return new GoldenRun(model, (context, batch, golden) =>
        {
            EncoderOutput encoder = model.Encode(context, batch);
            DecoderOutput decoder = model.Decode(context, Written(golden), encoder.LastHiddenState, batch);
            Dictionary<string, Tensor> outputs = Decoder(decoder, encoder);
            outputs["last_hidden_state"] = decoder.LastHiddenState;
            return (outputs, null);
        })
        {
            Written = Written,
        };
    }

    private static Dictionary<string, Tensor> Decoder(DecoderOutput decoder, EncoderOutput encoder)
    {
        Dictionary<string, Tensor> outputs = new() { ["encoder_last_hidden_state"] = encoder.LastHiddenState };
        foreach ((string name, IReadOnlyList<Tensor>? tensors) in ((string, IReadOnlyList<Tensor>?)[])
            [
                ("encoder_hidden_states", encoder.HiddenStates), ("encoder_attentions", encoder.Attentions), ("decoder_hidden_states", decoder.HiddenStates),
                ("decoder_attentions", decoder.Attentions), ("cross_attentions", decoder.CrossAttentions),
            ])
        {
            for (int i = 0; i < (tensors?.Count ?? 0); i++)
            {
                outputs[$"{name}.{i}"] = tensors![i];
            }
        }

        return outputs;
    }

    /// <summary>What the encoder of a model gives whose backbone also has a decoder.</summary>
    private static Dictionary<string, Tensor> WithEncoder(Dictionary<string, Tensor> outputs, ModelWithHead model, ForwardContext context, RaggedBatch batch)
    {
        if (model.Backbone is Seq2SeqReader { Model: var reader })
        {
            outputs["encoder_last_hidden_state"] = reader.Encode(context, batch).LastHiddenState;
        }

        return outputs;
    }

    private static Dictionary<string, Tensor> Logits(LogitsOutput output) => Encoder(output.Encoder, new() { ["logits"] = output.Logits });

    private static Dictionary<string, Tensor> Encoder(EncoderOutput encoder, Dictionary<string, Tensor> outputs)
    {
        outputs["last_hidden_state"] = encoder.LastHiddenState;
        if (encoder.PooledOutput is not null)
        {
            outputs["pooler_output"] = encoder.PooledOutput;
        }

        for (int i = 0; i < (encoder.HiddenStates?.Count ?? 0); i++)
        {
            outputs[$"hidden_states.{i}"] = encoder.HiddenStates![i];
        }

        for (int i = 0; i < (encoder.Attentions?.Count ?? 0); i++)
        {
            outputs[$"attentions.{i}"] = encoder.Attentions![i];
        }

        return outputs;
    }
}
