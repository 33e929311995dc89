using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace Akin.Server.Batching;

/// <summary>How long a request may take, and what ends it early.</summary>
/// <param name="Deadline">A time of <see cref="Stopwatch.GetTimestamp"/>: what is not computed by then is given up.</param>
/// <param name="Cancellation">Cancelled when nobody waits for the answer any more.</param>
/// <param name="WaitsForRoom">Whether work waits for room in the queue rather than being refused: for long jobs, which leave room to short requests.</param>
internal sealed record RequestLimits(long Deadline, CancellationToken Cancellation, bool WaitsForRoom = false)
{
    /// <summary>Limits that begin now.</summary>
    public static RequestLimits Within(TimeSpan time, CancellationToken cancellationToken) =>
        new(Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency), cancellationToken);

    /// <summary>No deadline, and waits for room: for long jobs.</summary>
    public static RequestLimits Unhurried(CancellationToken cancellationToken) => new(long.MaxValue, cancellationToken, WaitsForRoom: true);

    /// <summary>The limits of a request, as the gate has set them on its arrival.</summary>
    public static RequestLimits Of(HttpContext context) => context.Features.GetRequiredFeature<RequestLimits>();

    /// <summary>Whether the deadline has passed.</summary>
    public bool IsExpired => Stopwatch.GetTimestamp() >= Deadline;

    /// <summary>The time that is left; not below 0.</summary>
    public TimeSpan Remaining => Deadline == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(Math.Max(0, (double)(Deadline - Stopwatch.GetTimestamp()) / Stopwatch.Frequency));
}
