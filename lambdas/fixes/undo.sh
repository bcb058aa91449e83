# Rules are known by what they permit: those that are made again have new ids.
make_rule() {
  has "$permitted_now" "$1" || authorize "$@"
}

revoke_rules() {
  while IFS= read -r line; do
    if [ -n "$line" ] && has "$new" "${line#* }"; then
      revoke "${line%% *}" "${line#* }" "${line#* }"
    fi
  done <<END
$current
END
}

say_what_else_changed() {
  while IFS= read -r line; do
    if [ -n "$line" ] && ! has "$kept" "$line" && ! has "$revoked" "$line" && ! has "$new" "${line#* }" &&
      ! has "$old" "${line#* }"; then
      say "Left as it is, though it was not there when the report was made: $line"
    fi
  done <<END
$current
END
  while IFS= read -r line; do
    if [ -n "$line" ] && ! has "$current" "$line"; then
      say "Not restored, since fix.sh does not revoke it: $line"
    fi
  done <<END
$kept
END
}

for option in "$@"; do
  case $option in
    --dry-run) try_only=yes ;;
    *) stop "unknown option $option; there is --dry-run" ;;
  esac
done
way_out='Run undo.sh again to go on with the rest.'
current=$(read_rules)
permitted_now=$(say "$current" | while IFS= read -r line; do say "${line#* }"; done)
say_what_else_changed
say "To restore $group as it was in the report of $made_at, in this order:"
to_do=$(take_all_steps)
if [ -z "$to_do" ]; then
  say '  nothing: the old rules are there, and none of the new ones is.'
  exit 0
fi
run_steps
say 'Done: the old rules are in force again. Those that had to be made again have new ids.'
