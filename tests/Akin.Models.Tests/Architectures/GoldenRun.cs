using Akin.Tensors;

namespace Akin.Models.Tests.Architectures;

/// <summary>A model and how a golden case is run through it: outputs by the reference's names, and the loss when the case has labels.</summary>
public sealed record GoldenRun(
    PretrainedModel Model, Func<ForwardContext, RaggedBatch, GoldenCase, (Dictionary<string, Tensor> Outputs, Tensor? Loss)> Forward);
