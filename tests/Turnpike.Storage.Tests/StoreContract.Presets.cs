using Turnpike.Core.Accounts;

namespace Turnpike.Storage.Tests;

public abstract partial class StoreContract
{
    private IPresetStore Presets => Server.Presets;

    [Fact]
    public async Task A_preset_is_kept_as_it_was_told_and_its_next_version_is_in_force()
    {
        var account = (await AccountAsync(10)).Account.Id;

        var first = await Presets.SavePresetAsync(account, Draft("terse", "{\"model\":\"a/b\"}", "Be terse. 🦊", "p1"), Noon, Cancel);
        var second = await Presets.SavePresetAsync(account, Draft("terse", "{\"temperature\":0.5}", id: "p2"), Noon.AddHours(1), Cancel);

        Assert.Equal(new PresetVersion { Id = "v-p1", PresetId = "p1", Number = 1, CreatedBy = KeyHash.Of(KeyA), SystemPrompt = "Be terse. 🦊", Config = "{\"model\":\"a/b\"}", CreatedAt = Noon }, first!.Version);
        Assert.Equal(("p1", 2, Noon, Noon.AddHours(1), null), (second!.Id, second.Version.Number, second.CreatedAt, second.UpdatedAt, second.Version.SystemPrompt));
        Assert.Equal(second, Assert.Single(await Presets.ListPresetsAsync(account, Cancel)));
        Assert.Equal(first.Version, await Presets.FindPresetVersionAsync(account, "terse", 1, Cancel));
        Assert.Null(await Presets.FindPresetVersionAsync(account, "terse", 3, Cancel));
    }

    [Fact]
    public async Task Presets_come_with_the_one_changed_last_first_and_versions_with_the_oldest_first()
    {
        var account = (await AccountAsync(10)).Account.Id;
        foreach (var (slug, minutes) in new[] { ("b", 0), ("a", 1), ("b", 2), ("b", 3) })
        {
            await Presets.SavePresetAsync(account, Draft(slug), Noon.AddMinutes(minutes), Cancel);
        }

        var page = await Presets.ListPresetVersionsAsync(account, "b", offset: 1, limit: 1, Cancel);

        Assert.Equal(["b", "a"], (await Presets.ListPresetsAsync(account, Cancel)).Select(static p => p.Slug));
        Assert.Equal((3, 2), (page!.Total, Assert.Single(page.Versions).Number));
        Assert.Null(await Presets.ListPresetVersionsAsync(account, "c", 0, 10, Cancel));
    }

    [Fact]
    public async Task Another_account_has_presets_of_its_own_under_the_same_names()
    {
        var account = (await AccountAsync(10)).Account.Id;
        var other = (await Store.CreateAccountAsync("other", default, [], Noon, Cancel)).Id;
        await Presets.SavePresetAsync(account, Draft("same", "{\"seed\":1}"), Noon, Cancel);
        await Presets.SavePresetAsync(other, Draft("same", "{\"seed\":2}"), Noon, Cancel);

        Assert.True(await Presets.DeletePresetAsync(other, "same", Cancel));

        Assert.False(await Presets.DeletePresetAsync(other, "same", Cancel));
        Assert.Null(await Presets.ListPresetVersionsAsync(other, "same", 0, 10, Cancel));
        Assert.Equal("{\"seed\":1}", Assert.Single(await Presets.ListPresetsAsync(account, Cancel)).Version.Config);
    }

    [Fact]
    public async Task A_preset_that_was_deleted_begins_anew()
    {
        var account = (await AccountAsync(10)).Account.Id;
        await Presets.SavePresetAsync(account, Draft("again", id: "p1"), Noon, Cancel);
        await Presets.SavePresetAsync(account, Draft("again", id: "p1"), Noon, Cancel);
        await Presets.DeletePresetAsync(account, "again", Cancel);

        var anew = await Presets.SavePresetAsync(account, Draft("again", id: "p2"), Noon, Cancel);

        Assert.Equal(("p2", 1), (anew!.Id, anew.Version.Number));
    }

    [Fact]
    public async Task There_are_no_more_presets_and_versions_than_may_be()
    {
        var account = (await AccountAsync(10)).Account.Id;
        for (var i = 0; i < PresetLimits.CountMax; i++)
        {
            Assert.NotNull(await Presets.SavePresetAsync(account, Draft($"p-{i}"), Noon, Cancel));
        }

        Assert.Null(await Presets.SavePresetAsync(account, Draft("one-more"), Noon, Cancel));
        for (var i = 1; i <= PresetLimits.VersionsMax; i++)
        {
            await Presets.SavePresetAsync(account, Draft("p-0"), Noon, Cancel);
        }

        var page = await Presets.ListPresetVersionsAsync(account, "p-0", 0, 1000, Cancel);
        Assert.Equal((PresetLimits.VersionsMax, 2), (page!.Total, page.Versions[0].Number));
    }

    [Fact]
    public async Task Each_change_of_presets_is_announced()
    {
        var account = (await AccountAsync(10)).Account.Id;
        var before = (await Store.ReadNoticesAsync(0, Cancel)).Count;

        await Presets.SavePresetAsync(account, Draft("told"), Noon, Cancel);
        await Presets.DeletePresetAsync(account, "told", Cancel);

        Assert.All((await Store.ReadNoticesAsync(0, Cancel)).Skip(before), n => Assert.Equal((account, null, null), (n.AccountId, n.KeyHash, n.Amount)));
        Assert.Equal(before + 2, (await Store.ReadNoticesAsync(0, Cancel)).Count);
    }

    private static PresetDraft Draft(string slug, string config = "{}", string? system = null, string id = "p") => new(slug, id, "v-" + id, KeyHash.Of(KeyA), system, config);
}
