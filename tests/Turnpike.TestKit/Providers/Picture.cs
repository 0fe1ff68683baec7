namespace Turnpike.TestKit;

/// <summary>The smallest picture that is one.</summary>
public static class Picture
{
    /// <summary>A PNG of one pixel, in base64.</summary>
    public const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
}
