using Akin.Kernels;
using Akin.Tensors;

namespace Akin.Pipelines.Modules;

/// <summary>Scales every embedding to length 1.</summary>
internal sealed class NormalizeModule(int size) : IEmbeddingModule
{
    public const string ClassName = "Normalize";

    public string Kind => ClassName;

    public int OutputSize => size;

    public Tensor Forward(ForwardContext context, Tensor embeddings)
    {
        Normalize.Rows(embeddings.Span, embeddings.RowCount, size, Normalize.DefaultEpsilon, embeddings.Span, context.Pool);
        return embeddings;
    }

    /// <summary>The older layout has no file for it.</summary>
    public void Save(string folder)
    {
    }
}
