using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Akin.Server.Telemetry;

/// <summary>Sends what <see cref="ServerMetrics"/> measures to an OpenTelemetry collector every minute, and for the last time at the end; nothing where none is named.</summary>
internal sealed class OtlpExport : IDisposable
{
    /// <summary>Ends the address of a collector that is spoken to over plain HTTP; others are spoken to over gRPC.</summary>
    private const string HttpPath = "/v1/metrics";

    private readonly MeterProvider? _provider;

    public OtlpExport(AkinServerOptions options)
    {
        if (options.OtlpEndpoint is not { } address)
        {
            return;
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? endpoint))
        {
            throw new ServerSettingException($"OtlpEndpoint is '{address}', which is no address: http://HOST:4317 (gRPC) or http://HOST:4318{HttpPath}.");
        }

        _provider = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(resource => resource.AddService("akin"))
            .AddMeter(ServerMetrics.MeterName)
            .AddOtlpExporter(otlp =>
            {
                otlp.Endpoint = endpoint;
                otlp.Protocol = endpoint.AbsolutePath.EndsWith(HttpPath, StringComparison.Ordinal) ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
            })
            .Build();
    }

    public void Dispose() => _provider?.Dispose();
}
