using System.Reflection;

namespace Turnpike.Hosting;

/// <summary>Which Turnpike this is.</summary>
internal static class ProductVersion
{
    /// <summary>The version without the build's commit: <c>0.1.0</c>.</summary>
    public static string Text { get; } = (typeof(ProductVersion).Assembly.GetName().Version ?? new Version(0, 0, 0)).ToString(3);

    /// <summary>The version with the commit it was built from, where the build knew it.</summary>
    public static string Full { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? Text;
}
