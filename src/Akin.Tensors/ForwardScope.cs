using System.Diagnostics.CodeAnalysis;

namespace Akin.Tensors;

/// <summary>Gives back, at its end, every tensor the context lent since it began; made by <see cref="ForwardContext.Scope"/>.</summary>
/// <remarks>While a tape holds operations recorded inside the scope, everything stays for the backward pass and falls to the outer scope.</remarks>
public readonly ref struct ForwardScope
{
    private readonly ForwardContext? _context;
    private readonly int _mark;
    private readonly int _recorded;

    internal ForwardScope(ForwardContext context)
    {
        _context = context;
        _mark = context.Arena.LiveCount;
        _recorded = context.Tape?.Count ?? 0;
    }

    /// <summary>Lets a tensor outlive this scope: it belongs to the outer one then.</summary>
    /// <param name="tensor">A tensor lent inside the scope.</param>
    /// <returns>The same tensor.</returns>
    [return: NotNullIfNotNull(nameof(tensor))]
    public Tensor? Keep(Tensor? tensor)
    {
        tensor?.IsKept = _context is not null;
        return tensor;
    }

    /// <summary>Ends the scope.</summary>
    public void Dispose()
    {
        if (_context is not null)
        {
            bool isRecorded = (_context.Tape?.Count ?? 0) > _recorded;
            _context.Arena.EndScope(_mark, keepsAll: isRecorded);
        }
    }
}
