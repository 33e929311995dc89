using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;

namespace Akin.Server.Web;

/// <summary>A file of the pages, which are part of the program.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Tag">Tells one version from another (RFC 9110, ETag).</param>
internal sealed record WebFile(byte[] Content, string ContentType, string Tag)
{
    private const string Prefix = "web/";

    private static readonly FrozenDictionary<string, WebFile> s_files = Load();

    /// <summary>The file of a name, or null.</summary>
    public static WebFile? Find(string name) => s_files.GetValueOrDefault(name);

    private static FrozenDictionary<string, WebFile> Load()
    {
        Assembly assembly = typeof(WebFile).Assembly;
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).ToFrozenDictionary(
            name => name[Prefix.Length..],
            name =>
            {
                using Stream stream = assembly.GetManifestResourceStream(name)!;
                byte[] content = new byte[stream.Length];
                stream.ReadExactly(content);
                return new WebFile(content, TypeOf(name), $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 12))}\"");
            },
            StringComparer.Ordinal);
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        string other => throw new InvalidOperationException($"'{name}' has an ending ({other}) without a media type: add it here."),
    };
}
