using System.Security.Cryptography;

namespace Turnpike.Core.Accounts;

/// <summary>The text of a key: how it is made, recognised and shown.</summary>
public static class KeyText
{
    public const string Prefix = "sk-or-v1-";

    /// <summary>What every accepted key starts with; the older <c>sk-or-</c> form included.</summary>
    public const string AcceptedPrefix = "sk-or-";

    /// <summary>Makes a new key from the operating system's randomness: the prefix and 64 hexadecimal characters.</summary>
    public static string New() => Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is shown of a key after its making: <c>sk-or-v1-0e6…1c2</c>.</summary>
    public static string Label(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return key.Length <= Prefix.Length + 6 ? Prefix + "…" : $"{key[..(Prefix.Length + 3)]}...{key[^3..]}";
    }
}
