
namespace Turnpike.Host.Tests;

public sealed class DoctorTests
{
    [Fact]
    public async Task A_running_installation_is_sound()
    {
        await using var place = new Workplace();
        var server = await place.ServeAsync();

        var doctor = await place.RunAsync("doctor", "--json");

        Assert.Equal(0, doctor.ExitCode);
        Assert.True(doctor.Json["sound"]!.GetValue<bool>());
        Assert.Equal("ok", StateOf(doctor, "books"));
        Assert.False(server.Process.HasExited);
    }

    [Fact]
    public async Task Prices_that_everybody_may_read_are_no_secrets()
    {
        await using var place = new Workplace();
        Directory.CreateDirectory(Path.Combine(place.Folder, "data"));
        await File.WriteAllTextAsync(Path.Combine(place.Folder, "data", "catalog.json"), "{}");

        var doctor = await place.RunAsync("doctor");

        Assert.DoesNotContain("catalog.json", doctor.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_configuration_is_not_sound_and_its_faults_are_told()
    {
        await using var place = new Workplace();
        await File.WriteAllTextAsync(Path.Combine(place.Folder, "turnpike.json"), """{ "urls": ["nonsense"] }""");

        var doctor = await place.RunAsync("doctor", "--json");

        Assert.Equal(1, doctor.ExitCode);
        Assert.False(doctor.Json["sound"]!.GetValue<bool>());
        Assert.Equal("fault", StateOf(doctor, "configuration"));
    }

    [Fact]
    public async Task A_store_that_is_no_store_is_not_sound()
    {
        await using var place = new Workplace();
        Directory.CreateDirectory(Path.Combine(place.Folder, "data"));
        await File.WriteAllTextAsync(Path.Combine(place.Folder, "garbage.db"), "This is not a database, whatever its name says. It is long enough.");

        var doctor = await place.RunAsync("doctor", "--json", "--database", Path.Combine(place.Folder, "garbage.db"));

        Assert.Equal(1, doctor.ExitCode);
        Assert.Equal("fault", StateOf(doctor, "store"));
    }

    private static string? StateOf(CommandResult doctor, string part) =>
        doctor.Json["findings"]!.AsArray().FirstOrDefault(f => f!["part"]!.GetValue<string>() == part)?["state"]!.GetValue<string>();
}
