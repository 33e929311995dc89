using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Akin.Server.Tests;

public class TransportTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Https_WithACertificate_IsSpokenWithIt(bool asPkcs12)
    {
        string folder = Directory.CreateTempSubdirectory("akin-server-").FullName;
        using X509Certificate2 certificate = MakeCertificate();
        await using RunningServer server = await RunningServer.StartAsync(options =>
        {
            options.Urls = "https://127.0.0.1:0";
            if (asPkcs12)
            {
                options.Certificate = Path.Combine(folder, "server.pfx");
                options.CertificatePassword = "secret";
                File.WriteAllBytes(options.Certificate, certificate.Export(X509ContentType.Pkcs12, "secret"));
            }
            else
            {
                options.Certificate = Path.Combine(folder, "server.pem");
                options.CertificateKey = Path.Combine(folder, "server.key");
                File.WriteAllText(options.Certificate, certificate.ExportCertificatePem());
                File.WriteAllText(options.CertificateKey, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
            }
        });
        Directory.Delete(folder, recursive: true);
        using SocketsHttpHandler handler = new()
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, found, _, _) => found is X509Certificate2 theirs && theirs.Thumbprint == certificate.Thumbprint,
            },
        };
        using HttpClient client = new(handler);
        using HttpResponseMessage response = await client.GetAsync(new Uri(server.Address, "/ready"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no-such-file.pem")]
    public void Https_WithoutACertificate_IsRefused(string? certificate)
    {
        Exception? refused = Record.Exception(() => AkinServer.Build(new AkinServerOptions { Urls = "https://127.0.0.1:0", Certificate = certificate }));
        Assert.Contains(certificate ?? "Certificate", Assert.IsType<ServerSettingException>(refused).Message);
    }

    [Theory]
    [InlineData("https://good.example", true)]
    [InlineData("https://evil.example", false)]
    public async Task Page_OfAnotherSite_IsAnsweredOnlyWhereItIsNamed(string origin, bool isNamed)
    {
        await using RunningServer server = await RunningServer.StartAsync(options =>
        {
            options.CorsOrigins = ["https://good.example"];
            options.ApiKeys = ["read:reader-key"];
        });
        using HttpRequestMessage preflight = new(HttpMethod.Options, "/v1/encode");
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization");
        using HttpResponseMessage response = await server.Client.SendAsync(preflight);
        Assert.Equal(isNamed ? [origin] : [], response.Headers.TryGetValues("Access-Control-Allow-Origin", out IEnumerable<string>? allowed) ? allowed : []);
    }

    [Fact]
    public async Task Page_OfAnotherSite_IsNotAnsweredByDefault()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        server.Client.DefaultRequestHeaders.Add("Origin", "https://good.example");
        using HttpResponseMessage response = await server.Client.GetAsync("/health");
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static X509Certificate2 MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
