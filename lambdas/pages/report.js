// The page, from top to bottom.
drawTitle();
drawProtects();
drawConclusion();
drawDashboards();
drawProposal();
drawReplay();
drawRules();
drawTalks();
drawGlance();
drawTraffic();
drawEvidence();
refreshAges();

byId('skip').addEventListener('click', (event) => {
  event.preventDefault();
  byId('conclusion').focus();
});

addEventListener('beforeprint', () => {
  for (const details of document.querySelectorAll('details')) details.open = true;
});

// What it names was drawn only now.
if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
