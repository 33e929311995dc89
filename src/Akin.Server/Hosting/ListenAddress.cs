using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Akin.Server.Hosting;

/// <summary>An address that the server listens on, with the certificate of an https one.</summary>
internal sealed record ListenAddress(Uri Uri, X509Certificate2? Certificate)
{
    /// <summary>Reads the addresses of the settings.</summary>
    /// <exception cref="ServerSettingException">One of them is none, or it is https, and there is no certificate that can be used.</exception>
    public static IReadOnlyList<ListenAddress> All(AkinServerOptions options)
    {
        string[] all = options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return all.Length > 0
            ? [.. all.Select(Parse).Select(uri => new ListenAddress(uri, uri.Scheme == Uri.UriSchemeHttps ? LoadCertificate(options) : null))]
            : throw new ServerSettingException("Urls is empty: name an address such as http://127.0.0.1:8080.");
    }

    /// <summary>Makes the web server listen on it.</summary>
    public void Listen(KestrelServerOptions kestrel)
    {
        Action<ListenOptions> configure = Certificate is { } certificate ? listen => listen.UseHttps(certificate) : _ => { };
        if (IPAddress.TryParse(Uri.DnsSafeHost, out IPAddress? ip))
        {
            kestrel.Listen(ip, Uri.Port, configure);
        }
        else if (Uri.Port == 0)
        {
            kestrel.Listen(IPAddress.Loopback, 0, configure); // "localhost" is two addresses, which would get two ports
        }
        else
        {
            kestrel.ListenLocalhost(Uri.Port, configure);
        }
    }

    private static Uri Parse(string url)
    {
        if (!Uri.TryCreate(url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out Uri? address)
            || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
            || address.PathAndQuery != "/"
            || !(address.Host == "localhost" || IPAddress.TryParse(address.DnsSafeHost, out _)))
        {
            throw new ServerSettingException($"The server cannot listen on '{url}': an address is http://IP:PORT or https://IP:PORT; localhost and * are possible for IP.");
        }

        return address;
    }

    private static X509Certificate2 LoadCertificate(AkinServerOptions options)
    {
        string file = options.Certificate ?? throw new ServerSettingException("An https address needs Certificate, a PEM or PKCS #12 file.");
        try
        {
            if (Path.GetExtension(file).ToLowerInvariant() is ".pfx" or ".p12")
            {
                return X509CertificateLoader.LoadPkcs12FromFile(file, options.CertificatePassword);
            }

            return options.CertificatePassword is { } password
                ? X509Certificate2.CreateFromEncryptedPemFile(file, password, options.CertificateKey)
                : X509Certificate2.CreateFromPemFile(file, options.CertificateKey);
        }
        catch (Exception error) when (error is CryptographicException or IOException)
        {
            throw new ServerSettingException($"The certificate '{file}' cannot be used: {error.Message}", error);
        }
    }
}
