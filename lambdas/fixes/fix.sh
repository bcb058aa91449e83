make_rule() {
  has "$made" "$1" || authorize "$@"
}

revoke_rule() {
  ! has "$current" "$1 $2" || revoke "$@"
}

# Sorts the rules that are there now into: as they were; made by this script already; anything else.
# And those that are not there into: revoked by this script already; anything else.
compare() {
  strange=
  missing=
  made=
  made_count=0
  gone_count=0
  gone=
  while IFS= read -r line; do
    if [ -z "$line" ] || has "$kept" "$line" || has "$revoked" "$line"; then
      continue
    elif has "$new" "${line#* }"; then
      made="$made$newline${line#* }"
      made_count=$((made_count + 1))
    else
      strange="$strange$newline  is there now:      $line"
    fi
  done <<END
$current
END
  while IFS= read -r line; do
    [ -z "$line" ] || has "$current" "$line" || missing="$missing$newline  is there no more:  $line"
  done <<END
$kept
END
  while IFS= read -r line; do
    [ -z "$line" ] || has "$current" "$line" || {
      gone="$gone$newline  is there no more:  $line"
      gone_count=$((gone_count + 1))
    }
  done <<END
$revoked
END
}

refuse() {
  stop "$group has changed since the report of $made_at, so nothing was changed:$strange$missing$gone
Make a new report, and take its fix.sh. (If all rules are missing: is this the right account and region?)"
}

go_on=no
for option in "$@"; do
  case $option in
    --dry-run) try_only=yes ;;
    --continue) go_on=yes ;;
    *) stop "unknown option $option; there are --dry-run and --continue" ;;
  esac
done
way_out='undo.sh takes back what has been done; "fix.sh --continue" goes on with the rest.'
current=$(read_rules)
compare
[ -z "$strange$missing" ] || refuse
if [ "$made_count" -eq "$new_count" ] && [ "$gone_count" -eq "$revoked_count" ]; then
  say "$group is as the report proposes already: there is nothing to do. undo.sh takes it back."
  exit 0
fi
# The script itself revokes only when all new rules are there.
[ "$gone_count" -eq 0 ] || [ "$made_count" -eq "$new_count" ] || refuse
if [ "$((made_count + gone_count))" -gt 0 ] && [ "$go_on" = no ]; then
  stop "$group has $made_count of the $new_count new rules already, and of the $revoked_count rules to revoke \
$gone_count are gone, so nothing was changed.
If that is because fix.sh was interrupted: $way_out
If not: make a new report, and take its fix.sh.$gone"
fi
say "The changes to $group, in this order:"
run_steps
say 'Done. undo.sh takes it back.'
