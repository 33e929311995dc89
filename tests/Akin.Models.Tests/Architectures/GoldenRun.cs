using Akin.Tensors;

namespace Akin.Models.Tests.Architectures;

/// <summary>A model and how a golden case is run through it: outputs by the reference's names, and the loss when the case has labels.</summary>
/// <remarks>Outputs of a decoder beside an encoder are of <see cref="Written"/>.</remarks>
public sealed record GoldenRun(
    PretrainedModel Model, Func<ForwardContext, RaggedBatch, GoldenCase, (Dictionary<string, Tensor> Outputs, Tensor? Loss)> Forward)
{
    /// <summary>The text that a case writes; <see langword="null"/> where only one is read.</summary>
    public Func<GoldenCase, RaggedBatch>? Written { get; init; }
}
