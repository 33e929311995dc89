using System.Security.Cryptography;
using System.Text;

namespace Akin.Server.Security;

/// <summary>The keys that open the server, and the role of each. Keys are kept as hashes and compared in constant time. Immutable, thread-safe.</summary>
internal sealed class ApiKeys
{
    private const int LeastLength = 8;

    private readonly (byte[] Hash, AccessRole Role)[] _keys;

    private ApiKeys((byte[] Hash, AccessRole Role)[] keys) => _keys = keys;

    /// <summary>Reads the keys of the settings and of their file.</summary>
    /// <exception cref="ServerSettingException">A key has no role or is too short; the message does not show it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ApiKeys Read(AkinServerOptions options)
    {
        List<(byte[], AccessRole)> keys = [.. options.ApiKeys.Select((entry, i) => Parse(entry, $"ApiKeys[{i}]"))];
        if (options.ApiKeyFile is { } file)
        {
            string[] lines = File.ReadAllLines(file);
            for (int i = 0; i < lines.Length; i++)
            {
                string line = lines[i].Trim();
                if (line.Length > 0 && line[0] != '#')
                {
                    keys.Add(Parse(line, $"{file}, line {i + 1}"));
                }
            }

            if (keys.Count == 0)
            {
                throw new ServerSettingException($"'{file}' holds no key: a line of it is read:KEY or write:KEY.");
            }
        }

        return new ApiKeys([.. keys]);
    }

    /// <summary>Whether there are keys at all; without any, everybody may do everything.</summary>
    public bool AreRequired => _keys.Length > 0;

    /// <summary>What the sender of a request may do.</summary>
    /// <param name="request">Its key is in <c>Authorization: Bearer</c>, <c>api-key</c> (Azure) or <c>x-api-key</c>.</param>
    /// <returns>The role; <see cref="AccessRole.Anybody"/> for none or an unknown key.</returns>
    public AccessRole RoleOf(HttpRequest request)
    {
        if (!AreRequired)
        {
            return AccessRole.Writer;
        }

        AccessRole role = Find(BearerOf(request.Headers.Authorization.ToString()));
        foreach (string header in (ReadOnlySpan<string>)["api-key", "x-api-key"])
        {
            AccessRole other = Find(request.Headers[header].ToString());
            role = other > role ? other : role;
        }

        return role;
    }

    private static string BearerOf(string header)
    {
        const string Scheme = "Bearer ";
        ReadOnlySpan<char> rest = header;
        while (rest.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            rest = rest[Scheme.Length..].TrimStart(); // a client that is given "Bearer x" as the key sends the scheme twice
        }

        return rest.Length == header.Length ? "" : rest.ToString();
    }

    private static (byte[] Hash, AccessRole Role) Parse(string entry, string place)
    {
        int colon = entry.IndexOf(':', StringComparison.Ordinal);
        AccessRole role = entry[..Math.Max(0, colon)] switch
        {
            "read" => AccessRole.Reader,
            "write" => AccessRole.Writer,
            _ => throw new ServerSettingException($"{place} has no role: it must be read:KEY or write:KEY."),
        };
        string key = entry[(colon + 1)..];
        return key.Length >= LeastLength
            ? (Hash(key), role)
            : throw new ServerSettingException($"{place} has a key of {key.Length} characters: it must have {LeastLength} or more.");
    }

    /// <summary>All keys are compared, and their hashes (of equal length) in constant time: how long it takes tells nothing about them.</summary>
    private AccessRole Find(string key)
    {
        AccessRole role = AccessRole.Anybody;
        if (key.Length > 0)
        {
            byte[] hash = Hash(key);
            foreach ((byte[] known, AccessRole its) in _keys)
            {
                if (CryptographicOperations.FixedTimeEquals(known, hash) && its > role)
                {
                    role = its;
                }
            }
        }

        return role;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
