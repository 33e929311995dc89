using Akin.Models;
using Akin.Models.Heads;
using Akin.Tensors;
using Akin.Tokenizers;
using Akin.Training;
using Akin.Training.Acceleration;
using Akin.Training.Optimizers;
using Akin.Training.Tasks;

namespace Akin.Docs.Tests.Snippets;

[Collection(SnippetCollection.Name)]
public sealed class DistributedSnippets : Snippet
{
    [SharedFact(ModelServer.Model)]
    public void Loop()
    {
        #region distributed loop
        Accelerator accelerator = new();
        Tokenizer tokenizer = AutoTokenizer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        SequenceClassificationModel model = AutoModelForSequenceClassification.FromPretrained(
            "sentence-transformers/all-MiniLM-L6-v2", new LoadOptions { IsTrainable = true, InitializesMissing = true });
        SequenceClassificationExample[] examples =
        [
            new(EncodedText.From(tokenizer.Encode("A lovely evening.")), label: 1),
            new(EncodedText.From(tokenizer.Encode("Never again.")), label: 0),
            new(EncodedText.From(tokenizer.Encode("Warm, friendly, on time.")), label: 1),
            new(EncodedText.From(tokenizer.Encode("We waited for two hours.")), label: 0),
        ];
        SequenceClassificationTask task = new(model);
        accelerator.Prepare(model); // everyone has the main process's weights now
        AdamW optimizer = new(model.Parameters, learningRate: 5e-5);
        ForwardContext context = new(tape: new Tape());
        ulong seed = (ulong)accelerator.ProcessIndex;
        foreach (int[] batch in accelerator.Shard([0, 1, 2, 3]).Chunk(2))
        {
            context.DropoutSeed = seed += (ulong)accelerator.ProcessCount; // another one in every step and process
            TrainingBatch texts = task.Collate([.. batch.Select(index => examples[index])], seed);
            accelerator.Backward(context, texts.Forward(context).Loss); // everyone has the same gradients now
            context.Reset();
            GradientClipping.ClipNorm(model.Parameters, 1);
            optimizer.Step();
            optimizer.ClearGradients();
        }

        accelerator.OnMainProcess(() => model.SavePretrained("reviews"));
        accelerator.EndTraining();
        #endregion
        Assert.True(File.Exists(Path.Combine("reviews", "model.safetensors")));
    }

    [SharedFact(ModelServer.Model)]
    public void Train()
    {
        Accelerator accelerator = new();
        Tokenizer tokenizer = AutoTokenizer.FromPretrained("sentence-transformers/all-MiniLM-L6-v2");
        SequenceClassificationTask task = new(AutoModelForSequenceClassification.FromPretrained(
            "sentence-transformers/all-MiniLM-L6-v2", new LoadOptions { IsTrainable = true, InitializesMissing = true }));
        SequenceClassificationExample[] examples = [new(EncodedText.From(tokenizer.Encode("A lovely evening.")), label: 1)];
        #region distributed trainer
        Trainer<SequenceClassificationExample> trainer = new(task, new TrainingArguments { OutputDir = "reviews", NumTrainEpochs = 1 })
        {
            Accelerator = accelerator,
            TrainDataset = examples,
        };
        trainer.Train();
        trainer.SaveModel();
        accelerator.EndTraining();
        #endregion
        Assert.True(File.Exists(Path.Combine("reviews", "model.safetensors")));
    }
}
