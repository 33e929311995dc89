using Microsoft.Extensions.Hosting;

namespace Akin.Server.Hosting;

/// <summary>Whoever starts the server ends it: no signals are listened to here.</summary>
internal sealed class CallerLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
