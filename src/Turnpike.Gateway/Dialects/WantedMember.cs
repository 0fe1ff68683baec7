namespace Turnpike.Gateway.Dialects;

/// <summary>A member that clients' types want in an answer, and the JSON value that it has where a provider leaves it out.</summary>
internal readonly record struct WantedMember(byte[] Name, byte[] Otherwise)
{
    /// <summary>One that is null where it is left out.</summary>
    public static WantedMember OrNull(string name) => new(System.Text.Encoding.UTF8.GetBytes(name), "null"u8.ToArray());
}
